import { type Reach, reaches } from '../model';

interface Props {
  value: Reach;
  /** Teams are a sub-account's, so a role of the agency has no such reach. */
  level: 'agency' | 'account';
  onChange: (reach: Reach) => void;
}

export function ReachChoice({ value, level, onChange }: Props) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium text-ink-2 text-xs">Whose records</legend>
      {reaches
        .filter((reach) => level === 'account' || reach.value !== 'team')
        .map((reach) => (
          <label key={reach.value} className="flex items-start gap-2.5 rounded-md px-1 py-1 hover:bg-hover">
            <input
              type="radio"
              name="reach"
              checked={reach.value === value}
              onChange={() => onChange(reach.value)}
              className="mt-0.5 size-4 shrink-0 accent-brand"
            />
            <span>
              {reach.label}
              <span className="block text-ink-3 text-xs">{reach.text}</span>
            </span>
          </label>
        ))}
    </fieldset>
  );
}
