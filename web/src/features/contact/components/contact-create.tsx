import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { Contact } from '@/lib/api';
import { Banner } from '@/ui/banner';
import { PanelForm } from '@/ui/panel-form';
import { createContact } from '../api';
import { emptyForm, patchOf } from '../form';
import { contactKey, contactsKey } from '../keys';
import { duplicateOf } from '../model';
import { showContactProblem } from '../problem';
import { type ContactForm, contactSchema } from '../schema';
import { ContactFields } from './contact-fields';
import { DuplicateNotice } from './duplicate-notice';

interface Props {
  account: string;
  onDone: (contact: Contact) => void;
  onCancel: () => void;
}

export function ContactCreate({ account, onDone, onCancel }: Props) {
  const client = useQueryClient();
  // The same key for every try of this form: a try whose answer was lost creates nothing twice.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm<ContactForm>({ resolver: zodResolver(contactSchema), defaultValues: emptyForm });
  const create = useMutation({
    mutationFn: (input: ContactForm) =>
      createContact(account, { source: 'manual', ...patchOf(emptyForm, input) }, key),
    onSuccess: (contact) => {
      client.setQueryData(contactKey(account, contact.id), contact);
      void client.invalidateQueries({ queryKey: contactsKey(account) });
      onDone(contact);
    },
    onError: (error) => {
      setKey(crypto.randomUUID());
      if (!duplicateOf(error)) setProblem(showContactProblem(error, form.setError));
    },
  });
  const duplicate = duplicateOf(create.error);
  return (
    <PanelForm
      submit="Create contact"
      busy={create.isPending}
      onCancel={onCancel}
      onSubmit={form.handleSubmit((input) => {
        setProblem(null);
        create.mutate(input);
      })}
    >
      {duplicate && <DuplicateNotice account={account} duplicate={duplicate} />}
      {problem && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {problem}
        </Banner>
      )}
      <ContactFields account={account} form={form} autoFocus />
    </PanelForm>
  );
}
