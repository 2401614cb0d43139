import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Merge, MessageSquare, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { FileList } from '@/features/file';
import { RecordTasks } from '@/features/task';
import { type Contact, isProblem } from '@/lib/api';
import { cx } from '@/lib/cx';
import { useWide } from '@/lib/media';
import { Button } from '@/ui/button';
import { EmptyState } from '@/ui/empty-state';
import { Failure } from '@/ui/failure';
import { IconButton } from '@/ui/icon-button';
import { Segmented } from '@/ui/segmented';
import { SidePanel } from '@/ui/side-panel';
import { Skeleton } from '@/ui/skeleton';
import { contactQuery } from '../api';
import { displayName } from '../model';
import { ContactCreate } from './contact-create';
import { ContactDetails } from './contact-details';
import { ContactEdit } from './contact-edit';
import { ContactMerges } from './contact-merges';
import { RecordNotes } from './record-notes';
import { RecordTimeline } from './record-timeline';

const MergeDialog = lazy(() =>
  import('./merge-dialog').then(({ MergeDialog: component }) => ({ default: component })),
);

const views = [
  { value: 'details', label: 'Details' },
  { value: 'notes', label: 'Notes' },
  { value: 'tasks', label: 'Tasks' },
  { value: 'files', label: 'Files' },
  { value: 'activity', label: 'Activity' },
] as const;

type View = (typeof views)[number]['value'];

interface Props {
  account: string;
  /** A contact's id, "new", or nothing: closed. */
  id: string | undefined;
  canText: boolean;
  canWrite: boolean;
  onOpen: (id: string) => void;
  onClose: () => void;
  onDelete: (contact: Contact) => void;
}

export function ContactPanel({ account, id, canText, canWrite, onOpen, onClose, onDelete }: Props) {
  const navigate = useNavigate();
  const wide = useWide();
  const [merging, setMerging] = useState(false);
  const creating = id === 'new' && canWrite;
  const [view, setView] = useState<View>('details');
  const { data, error, refetch } = useQuery({
    ...contactQuery(account, id ?? ''),
    enabled: Boolean(id) && id !== 'new',
  });
  const mergedInto = isProblem(error) && typeof error.meta.merged_into === 'string' && error.meta.merged_into;
  const texting = (contact: Contact) =>
    canText &&
    contact.phone && (
      <Button
        icon={MessageSquare}
        onClick={() => navigate({ to: '/a/$account/inbox', params: { account }, search: { to: contact.id } })}
        aria-label={wide ? undefined : 'Text'}
      >
        Text
      </Button>
    );
  const of = { contact_id: id };
  const title = creating ? 'New contact' : data && id ? displayName(data) : 'Contact';
  return (
    <SidePanel open={Boolean(id) && (id !== 'new' || creating)} onClose={onClose} title={title}>
      {creating ? (
        <ContactCreate account={account} onCancel={onClose} onDone={(contact) => onOpen(contact.id)} />
      ) : mergedInto && !data ? (
        <EmptyState
          icon={Merge}
          title="It is part of another contact now"
          action={<Button onClick={() => onOpen(mergedInto)}>Show that contact</Button>}
        >
          Somebody merged them. All that it had stands there.
        </EmptyState>
      ) : error && !data ? (
        <Failure error={error} retry={() => refetch()} />
      ) : data ? (
        <>
          <div className="shrink-0 border-line border-b px-4 py-2">
            <Segmented label="What to see of the contact" value={view} options={views} onChange={setView} />
          </div>
          {/* Stays while one reads a note: what was typed is not lost. */}
          <div className={cx('min-h-0 flex-1 flex-col', view === 'details' ? 'flex' : 'hidden')}>
            {canWrite ? (
              <ContactEdit
                key={data.id}
                account={account}
                contact={data}
                onDone={onClose}
                actions={
                  <span className="flex items-center gap-1">
                    <IconButton
                      icon={Merge}
                      label="Merge with another contact"
                      onClick={() => setMerging(true)}
                    />
                    <IconButton icon={Trash2} label="Delete contact" onClick={() => onDelete(data)} />
                    {texting(data)}
                  </span>
                }
              />
            ) : (
              <ContactDetails key={data.id} account={account} contact={data} actions={texting(data)} />
            )}
          </div>
          {view === 'notes' && <RecordNotes key={data.id} account={account} of={of} canWrite={canWrite} />}
          {view === 'tasks' && <RecordTasks key={data.id} account={account} of={of} canWrite={canWrite} />}
          {view === 'files' && <FileList key={data.id} account={account} of={of} canWrite={canWrite} />}
          {view === 'activity' && (
            <>
              <ContactMerges account={account} contact={data.id} canWrite={canWrite} />
              <RecordTimeline key={data.id} account={account} of={{ contact_id: data.id }} />
            </>
          )}
          <Suspense>
            {merging && (
              <MergeDialog
                account={account}
                ids={[data.id]}
                onClose={() => setMerging(false)}
                onDone={({ contact_id }) => {
                  setMerging(false);
                  onOpen(contact_id);
                }}
              />
            )}
          </Suspense>
        </>
      ) : (
        <div className="flex flex-col gap-5 p-4">
          <Skeleton className="h-8" />
          <Skeleton className="h-8" />
          <Skeleton className="h-8" />
        </div>
      )}
    </SidePanel>
  );
}
