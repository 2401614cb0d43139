interface Props {
  label: string;
  /** In percent; undefined while the whole is not known. */
  value?: number;
  /** What it is at, in words: read aloud instead of the number. */
  text?: string;
}

/** How far something has come. */
export function Progress({ label, value, text }: Props) {
  return (
    <span
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value}
      aria-valuetext={text}
      className="block h-1.5 w-full overflow-hidden rounded-full bg-active"
    >
      {value === undefined ? (
        <span className="block h-full w-full animate-pulse-soft bg-brand opacity-40" />
      ) : (
        <svg aria-hidden viewBox="0 0 100 1" preserveAspectRatio="none" className="block h-full w-full">
          <rect width={value} height={1} className="fill-brand" />
        </svg>
      )}
    </span>
  );
}
