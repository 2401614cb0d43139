/** Leaves the app for an address that is not the app's own, such as where another site waits for an answer. */
export function go(address: string): void {
  window.location.assign(address);
}
