/**
 * Where the stream of an account stood when the page read of it.
 *
 * Each answer tells in a header where the stream stood just before. The stream
 * goes on from the earliest of what was read until it begins, so that nothing in
 * between is lost and nothing is read again.
 */
interface Reads {
  /** Those that the server has not answered yet. */
  pending: Set<object>;
  earliest?: string;
  /** Where the stream began, once it has. */
  from?: number;
  onBehind?: () => void;
  settled?: () => void;
}

const accounts = new Map<string, Reads>();
const header = 'Stream-Position';
// A slow read holds the stream up no longer; its answer is looked at when it comes.
const patience = 1000;

export const seqOf = (id: string) => Number.parseInt(id, 10);

const readsOf = (account: string) => {
  const found = accounts.get(account) ?? { pending: new Set() };
  accounts.set(account, found);
  return found;
};

/** Notes that a request goes out; what it gives is told of the answer, if one comes. */
export function noteRead({ url }: Request): (answer?: Response) => void {
  const account = /\/sub-accounts\/([^/?]+)\//.exec(url)?.[1];
  const reads = account && readsOf(account);
  if (!reads || reads.from !== undefined) return () => {};
  const read = {};
  reads.pending.add(read);
  return (answer) => {
    reads.pending.delete(read);
    const id = answer?.headers.get(header);
    if (id && reads.from === undefined) {
      if (!reads.earliest || seqOf(id) < seqOf(reads.earliest)) reads.earliest = id;
    } else if (id && seqOf(id) < Number(reads.from)) reads.onBehind?.();
    if (reads.pending.size === 0) reads.settled?.();
  };
}

/**
 * Where a stream that begins now has to go on from, once what is being read has
 * come; undefined if that isn't known, and always the second time: what the page
 * holds from before has missed what happened meanwhile.
 *
 * @param onBehind What came late was read before that.
 */
export async function beginStream(account: string, onBehind: () => void): Promise<string | undefined> {
  const reads = readsOf(account);
  if (reads.from !== undefined) return undefined;
  if (reads.pending.size > 0)
    await new Promise<void>((resolve) => {
      reads.settled = resolve;
      setTimeout(resolve, patience);
    });
  if (reads.from !== undefined) return undefined;
  reads.from = reads.earliest ? seqOf(reads.earliest) : -1;
  reads.onBehind = onBehind;
  return reads.earliest;
}

/** Forgets all accounts, for tests. */
export function forgetReads(): void {
  accounts.clear();
}
