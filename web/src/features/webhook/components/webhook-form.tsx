import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { explain, isProblem, type Webhook } from '@/lib/api';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { PanelForm } from '@/ui/panel-form';
import { createWebhook, storeWebhook, updateWebhook, webhooksQuery } from '../api';
import { EventChoice } from './event-choice';

interface Props {
  account: string;
  /** What is changed; nothing makes a new one. */
  webhook?: Webhook;
  /** Stands at the start of the footer. */
  aside?: ReactNode;
  children?: ReactNode;
  onDone: (webhook: Webhook) => void;
  onCancel: () => void;
}

/** Makes a webhook, or changes where it leads and what it hears. */
export function WebhookForm({ account, webhook, aside, children, onDone, onCancel }: Props) {
  const client = useQueryClient();
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [base, setBase] = useState(webhook);
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [description, setDescription] = useState(webhook?.description ?? '');
  const [events, setEvents] = useState(webhook?.events ?? ['contact.*']);
  const save = useMutation({
    mutationFn: () =>
      base
        ? updateWebhook(account, base, { url, description, events })
        : createWebhook(account, { url, description: description || undefined, events }, key),
    onSuccess: (saved) => {
      storeWebhook(client, account, saved);
      onDone(saved);
    },
    onError: () => setKey(crypto.randomUUID()),
  });
  const takeTheirs = async () => {
    const all = await client.fetchQuery({ ...webhooksQuery(account), staleTime: 0 });
    const theirs = all.find(({ id }) => id === base?.id);
    if (!theirs) return;
    setBase(theirs);
    setUrl(theirs.url);
    setDescription(theirs.description);
    setEvents(theirs.events);
    save.reset();
  };
  const problem = isProblem(save.error) ? save.error : undefined;
  const fault = (path: string) => problem?.fields.find((field) => field.path.startsWith(path))?.message;
  const told = fault('url') || fault('events') || fault('description');
  return (
    <PanelForm
      submit={webhook ? 'Save' : 'Create webhook'}
      busy={save.isPending}
      onCancel={onCancel}
      aside={aside}
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate();
      }}
    >
      {problem?.status === 412 ? (
        <Banner
          tone="warn"
          icon={CircleAlert}
          role="alert"
          action={
            <Button size="sm" onClick={() => void takeTheirs()}>
              Show theirs
            </Button>
          }
        >
          Somebody else changed this webhook while you did.
        </Banner>
      ) : (
        save.error &&
        !told && (
          <Banner tone="bad" icon={CircleAlert} role="alert">
            {explain(save.error)}
          </Banner>
        )
      )}
      <Field
        label="Address"
        hint="https:// on the public internet. It is called with every event."
        error={fault('url')}
      >
        {(slot) => (
          <Input
            {...slot}
            type="url"
            inputMode="url"
            dir="ltr"
            autoFocus={!webhook}
            autoComplete="off"
            maxLength={2048}
            placeholder="https://example.com/hooks/omnicrm"
            value={url}
            onChange={({ target }) => setUrl(target.value)}
          />
        )}
      </Field>
      <Field label="What it is for" optional error={fault('description')}>
        {(slot) => (
          <Input
            {...slot}
            autoComplete="off"
            maxLength={200}
            value={description}
            onChange={({ target }) => setDescription(target.value)}
          />
        )}
      </Field>
      <EventChoice value={events} error={fault('events')} onChange={setEvents} />
      {children}
    </PanelForm>
  );
}
