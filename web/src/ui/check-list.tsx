interface Props {
  legend: string;
  options: readonly { value: string; label: string }[];
  value: readonly string[];
  error?: string;
  onChange: (value: string[]) => void;
}

/** Several of a few. */
export function CheckList({ legend, options, value, error, onChange }: Props) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-1">
      <legend className="mb-1 font-medium text-ink-2 text-xs">{legend}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {options.map((option) => (
          <label key={option.value} className="flex min-h-6 items-center gap-2">
            <input
              type="checkbox"
              className="accent-brand"
              checked={value.includes(option.value)}
              onChange={({ target }) =>
                onChange(
                  target.checked ? [...value, option.value] : value.filter((item) => item !== option.value),
                )
              }
            />
            {option.label}
          </label>
        ))}
      </div>
      {error && (
        <p role="alert" className="text-bad text-xs">
          {error}
        </p>
      )}
    </fieldset>
  );
}
