/**
 * For a dialog that opens: the focus goes to the dialog, not to its first
 * button, whose tooltip would pop up and whose name would be read before what
 * the dialog is about. A field with autoFocus inside keeps the focus.
 */
export function focusItself(event: Event): void {
  event.preventDefault();
  (event.currentTarget as HTMLElement | null)?.focus();
}
