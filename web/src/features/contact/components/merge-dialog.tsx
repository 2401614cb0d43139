import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useRef, useState } from 'react';
import { RecordPicker } from '@/features/field';
import { explain, isProblem, type Merge } from '@/lib/api';
import { count } from '@/lib/format';
import { useWide } from '@/lib/media';
import { offer, toast } from '@/lib/toast';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { Modal } from '@/ui/modal';
import { Skeleton } from '@/ui/skeleton';
import { contactQuery } from '../api';
import { companyChoicesQuery } from '../list';
import { mergeContacts, mostMerged, undoMerge } from '../merge';
import { differs, keptOf, mergeFields, oldest, winnerOf } from '../merge-fields';
import { displayName } from '../model';
import { useNames } from '../use-bulk';
import { MergeChoice } from './merge-choice';

interface Props {
  account: string;
  /** Who is merged; more may be added. */
  ids: readonly string[];
  onClose: () => void;
  onDone: (merge: Merge) => void;
  onUndone?: (merge: Merge) => void;
}

const undoOffer = 2 * offer;

/** Several contacts side by side: which one stays, and whose values it takes. */
export function MergeDialog({ account, ids, onClose, onDone, onUndone }: Props) {
  const client = useQueryClient();
  const wide = useWide();
  const names = useNames(account);
  const { data: companies } = useQuery(companyChoicesQuery(account));
  const [added, setAdded] = useState<string[]>([]);
  const all = [...new Set([...ids, ...added])];
  // What is compared is what there is now, not what a list knew.
  const reads = useQueries({
    queries: all.map((id) => ({ ...contactQuery(account, id), staleTime: 0 })),
  });
  const contacts = reads.flatMap(({ data }) => data ?? []);
  const failed = reads.find(({ error, data }) => error && !data);
  const ready = contacts.length === all.length;
  const [staying, setStaying] = useState<string>();
  const survivor = contacts.find(({ id }) => id === (staying ?? oldest(contacts)));
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const key = useRef(crypto.randomUUID());
  const fields = mergeFields(names.columns, {
    person: names.person,
    company: (id) => companies?.find(({ value }) => value === id)?.label ?? 'Another company',
  }).filter((field) => contacts.some((contact) => field.show(contact) !== ''));
  const merge = useMutation({
    mutationFn: () => {
      if (!survivor) throw new Error('nobody stays');
      const others = contacts.filter((contact) => contact !== survivor);
      const picked = fields.filter((field) => differs(field, contacts) && chosen[field.key]);
      const order = { survivor, others, key: key.current };
      return mergeContacts(client, account, {
        ...order,
        fields: Object.fromEntries(picked.map((field) => [field.key, chosen[field.key] ?? ''])),
      });
    },
    onSuccess: (done) => {
      toast({
        title: `${count(all.length, 'contact', 'contacts')} merged into ${survivor ? displayName(survivor) : 'one'}`,
        detail: 'It can be undone for 30 days, from the contact too.',
        duration: undoOffer,
        action: {
          label: 'Undo',
          run: () => void undoMerge(client, account, done).then((undone) => undone && onUndone?.(done)),
        },
      });
      onDone(done);
    },
    onError: (error) => {
      // Another try is another request: what it holds may have changed.
      key.current = crypto.randomUUID();
      if (isProblem(error) && error.status === 412) for (const read of reads) void read.refetch();
    },
  });
  const problem = merge.error && said(merge.error);
  const choose = (field: string, id: string) => setChosen((old) => ({ ...old, [field]: id }));
  return (
    <Modal
      open
      wide
      onClose={onClose}
      title={
        all.length > 1 ? `Merge ${count(all.length, 'contact', 'contacts')}` : 'Merge with another contact'
      }
    >
      {failed ? (
        <Failure error={failed.error} retry={() => failed.refetch()} />
      ) : !ready || !survivor ? (
        <span className="flex flex-col gap-3">
          <Skeleton className="h-8" />
          <Skeleton className="h-8" />
          <Skeleton className="h-8" />
        </span>
      ) : (
        <div className="flex flex-col gap-4">
          {problem && (
            <Banner tone="bad" icon={CircleAlert} role="alert">
              {problem}
            </Banner>
          )}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
          <section aria-label="What is kept" tabIndex={0} className="scroll-thin overflow-x-auto">
            <div className={wide ? 'min-w-max' : undefined}>
              <MergeChoice
                label="Stays"
                naming
                name="stays"
                contacts={contacts}
                show={(contact) =>
                  `${displayName(contact)}${wide ? '' : `, since ${dayOf(contact.created_at)}`}`
                }
                chosen={survivor.id}
                stacked={!wide}
                onChoose={setStaying}
              />
              {wide && (
                <MergeChoice
                  label="Since"
                  name="since"
                  contacts={contacts}
                  show={({ created_at }) => dayOf(created_at)}
                  stacked={false}
                  onChoose={() => undefined}
                />
              )}
              {all.length > 1 &&
                fields.map((field) => (
                  <MergeChoice
                    key={field.key}
                    label={field.label}
                    name={field.key}
                    contacts={contacts}
                    show={field.show}
                    chosen={
                      differs(field, contacts)
                        ? (chosen[field.key] ?? winnerOf(field, contacts, survivor.id))
                        : undefined
                    }
                    stacked={!wide}
                    onChoose={(id) => choose(field.key, id)}
                  />
                ))}
            </div>
          </section>
          {all.length > 1 && (
            <p className="text-ink-2 text-xs">
              All of this is kept: {new Intl.ListFormat('en').format(keptOf(contacts))}. Whoever one of them
              asked to be left alone over a channel is left alone.
            </p>
          )}
          {all.length < mostMerged && (
            <RecordPicker
              account={account}
              target="contact"
              label="Another contact"
              value=""
              without={all}
              onChange={(id) => id && setAdded((old) => [...old, id])}
            />
          )}
          <span className="flex flex-wrap justify-end gap-2">
            <Button onClick={onClose}>Cancel</Button>
            <Button
              look="primary"
              busy={merge.isPending}
              disabled={all.length < 2}
              onClick={() => merge.mutate()}
            >
              Merge
            </Button>
          </span>
        </div>
      )}
    </Modal>
  );
}

function dayOf(iso: string): string {
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' }).format(Date.parse(iso));
}

function said(error: Error): string {
  if (isProblem(error) && error.status === 412)
    return 'Somebody changed one of them meanwhile. These are their values now: look once more, and merge.';
  if (isProblem(error) && error.fields.length > 0)
    return error.fields.map(({ message }) => message).join(' ');
  return explain(error);
}
