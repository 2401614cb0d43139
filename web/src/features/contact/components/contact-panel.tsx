import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { MessageSquare, Trash2 } from 'lucide-react';
import type { Contact } from '@/lib/api';
import { useWide } from '@/lib/media';
import { Button } from '@/ui/button';
import { Failure } from '@/ui/failure';
import { IconButton } from '@/ui/icon-button';
import { SidePanel } from '@/ui/side-panel';
import { Skeleton } from '@/ui/skeleton';
import { contactQuery } from '../api';
import { displayName } from '../model';
import { ContactCreate } from './contact-create';
import { ContactEdit } from './contact-edit';

interface Props {
  account: string;
  /** A contact's id, "new", or nothing: closed. */
  id: string | undefined;
  canText: boolean;
  onOpen: (id: string) => void;
  onClose: () => void;
  onDelete: (contact: Contact) => void;
}

export function ContactPanel({ account, id, canText, onOpen, onClose, onDelete }: Props) {
  const navigate = useNavigate();
  const wide = useWide();
  const creating = id === 'new';
  const { data, error, refetch } = useQuery({
    ...contactQuery(account, id ?? ''),
    enabled: Boolean(id) && !creating,
  });
  const text = (contact: Contact) =>
    navigate({ to: '/a/$account/inbox', params: { account }, search: { to: contact.id } });
  const title = creating ? 'New contact' : data && id ? displayName(data) : 'Contact';
  return (
    <SidePanel open={Boolean(id)} onClose={onClose} title={title}>
      {creating ? (
        <ContactCreate account={account} onCancel={onClose} onDone={(contact) => onOpen(contact.id)} />
      ) : error && !data ? (
        <Failure error={error} retry={() => refetch()} />
      ) : data ? (
        <ContactEdit
          key={data.id}
          account={account}
          contact={data}
          onDone={onClose}
          actions={
            <span className="flex items-center gap-1">
              <IconButton icon={Trash2} label="Delete contact" onClick={() => onDelete(data)} />
              {canText && data.phone && (
                <Button
                  icon={MessageSquare}
                  onClick={() => text(data)}
                  aria-label={wide ? undefined : 'Text'}
                >
                  Text
                </Button>
              )}
            </span>
          }
        />
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
