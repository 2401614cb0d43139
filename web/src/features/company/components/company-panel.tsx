import { useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { RecordNotes, RecordTimeline } from '@/features/contact';
import { FileList } from '@/features/file';
import { RecordTasks } from '@/features/task';
import type { Company } from '@/lib/api';
import { cx } from '@/lib/cx';
import { Failure } from '@/ui/failure';
import { IconButton } from '@/ui/icon-button';
import { Segmented } from '@/ui/segmented';
import { SidePanel } from '@/ui/side-panel';
import { Skeleton } from '@/ui/skeleton';
import { companyQuery } from '../api';
import { CompanyContacts } from './company-contacts';
import { CompanyDetails } from './company-details';
import { CompanyForm } from './company-form';

const views = [
  { value: 'details', label: 'Details' },
  { value: 'people', label: 'People' },
  { value: 'notes', label: 'Notes' },
  { value: 'tasks', label: 'Tasks' },
  { value: 'files', label: 'Files' },
  { value: 'activity', label: 'Activity' },
] as const;

type View = (typeof views)[number]['value'];

interface Props {
  account: string;
  /** A company's id, "new", or nothing: closed. */
  id: string | undefined;
  canWrite: boolean;
  onOpen: (id: string) => void;
  onClose: () => void;
  onDelete: (company: Company) => void;
}

/** A company, who belongs to it, and what the team wrote down, means to do and keeps about it. */
export function CompanyPanel({ account, id, canWrite, onOpen, onClose, onDelete }: Props) {
  const creating = id === 'new' && canWrite;
  const [view, setView] = useState<View>('details');
  const { data, error, refetch } = useQuery({
    ...companyQuery(account, id ?? ''),
    enabled: Boolean(id) && id !== 'new',
  });
  const of = { company_id: id };
  return (
    <SidePanel
      open={Boolean(id) && (id !== 'new' || creating)}
      onClose={onClose}
      title={creating ? 'New company' : (data?.name ?? 'Company')}
    >
      {creating ? (
        <CompanyForm
          account={account}
          onOpen={onOpen}
          onSaved={(company) => onOpen(company.id)}
          onCancel={onClose}
        />
      ) : error && !data ? (
        <Failure error={error} retry={() => refetch()} />
      ) : data && id ? (
        <>
          <div className="scroll-thin shrink-0 overflow-x-auto border-line border-b px-4 py-2">
            <Segmented label="What to see of the company" value={view} options={views} onChange={setView} />
          </div>
          {/* Stays while one reads a note: what was typed is not lost. */}
          <div className={cx('min-h-0 flex-1 flex-col', view === 'details' ? 'flex' : 'hidden')}>
            {canWrite ? (
              <CompanyForm
                key={id}
                account={account}
                company={data}
                onOpen={onOpen}
                onSaved={onClose}
                onCancel={onClose}
                actions={<IconButton icon={Trash2} label="Delete company" onClick={() => onDelete(data)} />}
              />
            ) : (
              <CompanyDetails account={account} company={data} />
            )}
          </div>
          {view === 'people' && (
            <CompanyContacts key={id} account={account} company={id} canWrite={canWrite} />
          )}
          {view === 'notes' && <RecordNotes key={id} account={account} of={of} canWrite={canWrite} />}
          {view === 'tasks' && <RecordTasks key={id} account={account} of={of} canWrite={canWrite} />}
          {view === 'activity' && <RecordTimeline key={id} account={account} of={of} />}
          {view === 'files' && <FileList key={id} account={account} of={of} canWrite={canWrite} />}
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
