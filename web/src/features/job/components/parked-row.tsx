import { RotateCcw, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '@/ui/button';
import { IconButton } from '@/ui/icon-button';
import { RelativeTime } from '@/ui/relative-time';
import { Reason } from './reason';

interface Props {
  title: string;
  /** What stands beside the title: attempts, who could not take it. */
  note: ReactNode;
  reason: string | undefined;
  at: string;
  selected: boolean;
  current: boolean;
  busy: boolean;
  onSelect: (selected: boolean) => void;
  onReplay: () => void;
  /** Absent where it can't be given up. */
  onGiveUp?: () => void;
}

/** Work that failed for good: what, why, since when, and what to do about it. */
export function ParkedRow(props: Props) {
  const { title, note, reason, at, selected, current, busy, onSelect, onReplay, onGiveUp } = props;
  return (
    <li
      data-testid="parked"
      data-selected={current || undefined}
      className="flex items-start gap-3 border-line border-b px-4 py-2.5 hover:bg-sunken data-selected:bg-brand-soft"
    >
      <label className="-m-1.5 flex shrink-0 p-2">
        <input
          type="checkbox"
          checked={selected}
          onChange={(event) => onSelect(event.target.checked)}
          className="size-4 accent-brand"
        />
        <span className="sr-only">Select: {title}</span>
      </label>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium">{title}</span>
          <span className="flex flex-wrap gap-x-2 text-ink-3 text-xs">{note}</span>
        </p>
        <Reason reason={reason} />
        <p className="text-ink-3 text-xs sm:hidden">
          <RelativeTime at={at} />
        </p>
      </div>
      <span className="hidden w-28 shrink-0 py-1 text-end text-ink-3 text-xs sm:block">
        <RelativeTime at={at} />
      </span>
      <span className="flex shrink-0 items-center gap-1">
        <Button size="sm" icon={RotateCcw} busy={busy} onClick={onReplay} aria-label={`Replay: ${title}`}>
          <span className="hidden sm:inline">Replay</span>
        </Button>
        {onGiveUp && <IconButton icon={X} label={`Give up: ${title}`} onClick={onGiveUp} />}
      </span>
    </li>
  );
}
