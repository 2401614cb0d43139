import {
  type FocusEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { attach, type Trigger } from './attach';
import { KeyCaps } from './key-caps';
import { useOverlays } from './overlays';

interface Props {
  label: ReactNode;
  keys?: string;
  side?: 'top' | 'right' | 'bottom' | 'left';
  children: Trigger;
}

/** How long a pointer rests before it is told; soon after another one it is told at once. In milliseconds. */
const rest = 400;
const soon = 300;
/** How long the pointer may be on its way from the element to the tooltip, in milliseconds. */
const way = 120;

let shown: (() => void) | null = null;
let hiddenAt = 0;

/** Says on hover and focus what an element means. Its child must be focusable or hold its own name. */
export function Tooltip({ label, keys, side = 'bottom', children }: Props) {
  const id = useId();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const overlays = useOverlays(anchor !== null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // Pressed or told already: not again until the pointer has been away.
  const done = useRef(false);
  const hide = useRef(() => {
    clearTimeout(timer.current);
    if (shown !== hide.current) return;
    shown = null;
    hiddenAt = Date.now();
    setAnchor(null);
  });
  const show = (element: HTMLElement) => {
    clearTimeout(timer.current);
    if (shown !== hide.current) shown?.();
    shown = hide.current;
    setAnchor(element);
  };
  useEffect(() => hide.current, []);
  const away = () => {
    clearTimeout(timer.current);
    done.current = false;
    timer.current = setTimeout(hide.current, way);
  };
  return (
    <>
      {attach(children, {
        ...(anchor && { 'aria-describedby': id }),
        onPointerMove: ({ pointerType, currentTarget }: PointerEvent<HTMLElement>) => {
          if (pointerType === 'touch' || done.current) return;
          done.current = true;
          clearTimeout(timer.current);
          if (Date.now() - hiddenAt < soon) show(currentTarget);
          else timer.current = setTimeout(() => show(currentTarget), rest);
        },
        onPointerLeave: away,
        onPointerDown: () => {
          done.current = true;
          hide.current();
        },
        onClick: () => hide.current(),
        onFocus: ({ currentTarget }: FocusEvent<HTMLElement>) =>
          currentTarget.matches(':focus-visible') && show(currentTarget),
        onBlur: () => hide.current(),
      })}
      {anchor && overlays && (
        <overlays.TipSurface
          id={id}
          anchor={anchor}
          side={side}
          onStay={() => clearTimeout(timer.current)}
          onAway={away}
          onClose={() => hide.current()}
        >
          {label}
          {keys && <KeyCaps keys={keys} inverted />}
        </overlays.TipSurface>
      )}
    </>
  );
}
