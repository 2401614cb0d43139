import { cx } from '@/lib/cx';
import { keyCaps } from '@/lib/keyboard';

/** A shortcut as key caps: "mod+k" → ⌘ K. */
export function KeyCaps({ keys, inverted }: { keys: string; inverted?: boolean }) {
  return (
    <span className="inline-flex gap-0.5" dir="ltr">
      {keyCaps(keys).map((cap, index) => (
        <kbd
          key={index}
          className={cx(
            'inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-sm border px-1 font-sans text-2xs',
            inverted ? 'border-current/30' : 'border-line-strong bg-sunken text-ink-3',
          )}
        >
          {cap}
        </kbd>
      ))}
    </span>
  );
}
