import { count } from '@/lib/format';
import { Tooltip } from '@/ui/tooltip';
import { countSegments } from '../segments';

/** How many texts the carrier makes of it, since each one is paid for. */
export function SegmentCounter({ text }: { text: string }) {
  const { used, room, segments, encoding, foreign } = countSegments(text);
  if (segments === 0) return null;
  const why =
    encoding === 'Unicode'
      ? `${foreign.slice(0, 3).join(' ')} is outside the plain alphabet, so 70 characters fit into one text instead of 160.`
      : 'Plain alphabet: 160 characters fit into one text, 153 into each part of a longer one.';
  return (
    <Tooltip label={why} side="top">
      <button
        type="button"
        className="tabular h-6 cursor-default rounded-sm px-1 text-ink-3 text-xs"
        data-testid="segments"
      >
        {used}/{room} · {count(segments, 'text', 'texts')}
        {encoding === 'Unicode' && ' · Unicode'}
      </button>
    </Tooltip>
  );
}
