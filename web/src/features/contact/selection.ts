/**
 * What is selected: some rows, or all that the list stands for but some. The
 * latter means the filter and not ids: what is not loaded is selected too.
 */
export type Selection = { all: false; ids: ReadonlySet<string> } | { all: true; except: ReadonlySet<string> };

export const nothing: Selection = { all: false, ids: new Set() };

export function isSelected(selection: Selection, id: string): boolean {
  return selection.all ? !selection.except.has(id) : selection.ids.has(id);
}

export function toggle(selection: Selection, ids: readonly string[], on: boolean): Selection {
  const change = (old: ReadonlySet<string>, put: boolean) =>
    new Set(put ? [...old, ...ids] : [...old].filter((id) => !ids.includes(id)));
  return selection.all
    ? { all: true, except: change(selection.except, !on) }
    : { all: false, ids: change(selection.ids, on) };
}

export function sizeOf(selection: Selection, total: number): number {
  return selection.all ? Math.max(0, total - selection.except.size) : selection.ids.size;
}
