import { Button } from './button';

interface Props {
  /** An infinite query, or what tells the same. */
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  label?: string;
}

/** Fetches the next page of a list; nothing on the last one. */
export function ShowMore({ list, label = 'Show more' }: Props) {
  if (!list.hasNextPage) return null;
  return (
    <div className="p-3 text-center">
      <Button busy={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
        {label}
      </Button>
    </div>
  );
}
