import { RotateCcw } from 'lucide-react';
import { Button } from '@/ui/button';

interface Props {
  selected: number;
  shown: number;
  busy: boolean;
  onSelectAll: (selected: boolean) => void;
  onReplay: () => void;
  /** All that the filter stands for, shown or not; absent without a filter. */
  all?: { label: string; run: () => void };
}

/** What can be done to several at once. */
export function BulkBar({ selected, shown, busy, onSelectAll, onReplay, all }: Props) {
  return (
    <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-1.5">
      <label className="-ms-1.5 flex items-center gap-3 p-1.5 text-ink-2 text-xs">
        <input
          type="checkbox"
          checked={selected > 0 && selected === shown}
          ref={(box) => {
            if (box) box.indeterminate = selected > 0 && selected < shown;
          }}
          onChange={(event) => onSelectAll(event.target.checked)}
          className="size-4 accent-brand"
        />
        {selected > 0 ? `${selected} selected` : 'Select all shown'}
      </label>
      {selected > 0 && (
        <Button size="sm" icon={RotateCcw} busy={busy} onClick={onReplay}>
          Replay selected
        </Button>
      )}
      {selected === 0 && all && (
        <Button size="sm" icon={RotateCcw} busy={busy} onClick={all.run}>
          {all.label}
        </Button>
      )}
    </div>
  );
}
