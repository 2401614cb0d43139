interface Props {
  tag: string;
  onClick?: () => void;
}

/** A tag; a press shows who else has it. */
export function TagChip({ tag, onClick }: Props) {
  const look =
    'inline-flex h-6 max-w-32 shrink-0 items-center truncate rounded-sm border border-line px-1.5 text-ink-2 text-xs';
  if (!onClick) return <span className={look}>{tag}</span>;
  return (
    <button
      type="button"
      tabIndex={-1}
      title={`Show everyone tagged ${tag}`}
      onClick={(event) => {
        event.stopPropagation();
        onClick();
      }}
      className={`${look} hover:border-line-strong hover:bg-hover hover:text-ink`}
    >
      {tag}
    </button>
  );
}
