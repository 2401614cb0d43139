import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useForm } from 'react-hook-form';
import { contactFieldsQuery, valueClashes } from '@/features/field';
import { type Contact, isProblem } from '@/lib/api';
import { toast } from '@/lib/toast';
import { Banner } from '@/ui/banner';
import { PanelForm } from '@/ui/panel-form';
import { StaleNotice } from '@/ui/stale-notice';
import { contactQuery, storeContact, updateContact } from '../api';
import { changes, clashes, patchOf, toForm } from '../form';
import { duplicateOf } from '../model';
import { showContactProblem } from '../problem';
import { type ContactForm, contactSchema } from '../schema';
import { ContactAttribution } from './contact-attribution';
import { ContactFields } from './contact-fields';
import { DuplicateNotice } from './duplicate-notice';

interface Props {
  account: string;
  contact: Contact;
  actions: ReactNode;
  onDone: () => void;
}

export function ContactEdit({ account, contact, actions, onDone }: Props) {
  const client = useQueryClient();
  // What was on the screen when the editing began: live changes must not slip in unseen.
  const [base, setBase] = useState(contact);
  const [theirs, setTheirs] = useState<Contact | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm<ContactForm>({ resolver: zodResolver(contactSchema), defaultValues: toForm(contact) });

  const { data: fields = [] } = useQuery(contactFieldsQuery(account));
  const save = useMutation({
    mutationFn: ({ input, over }: { input: ContactForm; over: Contact }) =>
      updateContact(account, contact.id, over.version, patchOf(toForm(base), input)),
    onSuccess: (saved) => {
      storeContact(client, account, saved);
      toast({ title: 'Saved', tone: 'good', duration: 2500 });
      onDone();
    },
    onError: async (error) => {
      if (isProblem(error) && error.status === 412)
        return setTheirs(await client.fetchQuery({ ...contactQuery(account, contact.id), staleTime: 0 }));
      if (!duplicateOf(error)) setProblem(showContactProblem(error, form.setError));
    },
  });
  const submit = (over: Contact) =>
    form.handleSubmit((input) => {
      setProblem(null);
      setTheirs(null);
      if (Object.keys(changes(toForm(base), input)).length === 0) return onDone();
      save.mutate({ input, over });
    });
  const duplicate = duplicateOf(save.error);
  return (
    <PanelForm submit="Save" busy={save.isPending} onCancel={onDone} onSubmit={submit(base)} aside={actions}>
      {theirs && (
        <StaleNotice
          clashes={[
            ...clashes(toForm(base), toForm(theirs), form.getValues()),
            ...valueClashes(fields, base.custom, theirs.custom, form.getValues('custom')),
          ]}
          onKeepMine={submit(theirs)}
          onTakeTheirs={() => {
            form.reset(toForm(theirs));
            setBase(theirs);
            setTheirs(null);
          }}
        />
      )}
      {duplicate && <DuplicateNotice account={account} duplicate={duplicate} />}
      {problem && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {problem}
        </Banner>
      )}
      <ContactFields account={account} form={form} />
      <ContactAttribution contact={contact} />
    </PanelForm>
  );
}
