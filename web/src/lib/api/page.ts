import type { InfiniteData } from '@tanstack/react-query';

/** One page of a list, as every list of the API answers. */
export interface Page<T> {
  items: T[];
  next_cursor?: string;
  total?: number;
}

export type Pages<T> = InfiniteData<Page<T>, unknown>;

/** The paging half of an infinite query over a cursor. */
export const cursorPaging = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { next_cursor?: string }) => page.next_cursor || undefined,
};

export function flatten<T>(pages: Pages<T> | undefined): T[] {
  return pages?.pages.flatMap((page) => page.items) ?? [];
}

/** Replaces the items that `change` answers for; `null` removes one. Untouched pages keep their identity. */
export function mapPages<T>(pages: Pages<T>, change: (item: T) => T | null): Pages<T> {
  let touched = false;
  const next = pages.pages.map((page) => {
    const items = page.items.flatMap((item) => change(item) ?? []);
    const same = items.length === page.items.length && items.every((item, i) => item === page.items[i]);
    if (same) return page;
    touched = true;
    const gone = page.items.length - items.length;
    return { ...page, items, total: page.total === undefined ? undefined : page.total - gone };
  });
  return touched ? { ...pages, pages: next } : pages;
}

/** Puts an item at the head of the first page. */
export function prepend<T>(pages: Pages<T>, item: T): Pages<T> {
  const [first, ...rest] = pages.pages;
  if (!first) return pages;
  const total = first.total === undefined ? undefined : first.total + 1;
  return { ...pages, pages: [{ ...first, items: [item, ...first.items], total }, ...rest] };
}
