/** The look that every field of a form shares. */
export const control =
  'w-full min-w-0 rounded-md border border-control bg-page px-2.5 text-sm text-ink transition-[border-color] duration-100 hover:border-line-strong focus:border-brand-line focus-visible:outline-offset-0 aria-invalid:border-bad disabled:cursor-not-allowed disabled:bg-sunken disabled:text-ink-3';
