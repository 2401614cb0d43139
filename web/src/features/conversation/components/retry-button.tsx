interface Props {
  busy: boolean;
  onClick: () => void;
}

export function RetryButton({ busy, onClick }: Props) {
  return (
    <button
      type="button"
      disabled={busy}
      onClick={onClick}
      className="-my-1 inline-flex h-6 items-center rounded-sm px-1 font-medium text-ink underline underline-offset-2 hover:bg-hover disabled:opacity-50"
    >
      {busy ? 'Trying…' : 'Try again'}
    </button>
  );
}
