import { cx } from '@/lib/cx';
import type { Strength } from '../model';

const tones = ['bg-active', 'bg-bad', 'bg-warn', 'bg-good'];

export function StrengthHint({ strength }: { strength: Strength }) {
  return (
    <span className="flex flex-col gap-1.5 pt-1">
      <span aria-hidden className="flex gap-1">
        {[1, 2, 3].map((step) => (
          <span
            key={step}
            className={cx(
              'h-1 flex-1 rounded-full',
              strength.score >= step ? tones[strength.score] : 'bg-active',
            )}
          />
        ))}
      </span>
      <span>{strength.hint}</span>
    </span>
  );
}
