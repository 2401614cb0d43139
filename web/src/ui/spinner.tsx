/** A ring that turns: for a button that works, never for a page (pages have skeletons). */
export function Spinner() {
  return (
    <span
      aria-hidden
      className="inline-block size-3.5 shrink-0 animate-spin rounded-full border-2 border-current border-e-transparent"
    />
  );
}
