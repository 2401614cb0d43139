import { zodResolver } from '@hookform/resolvers/zod';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { OAuthApp } from '@/lib/api';
import { showProblem } from '@/lib/form';
import { Banner } from '@/ui/banner';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { PanelForm } from '@/ui/panel-form';
import { Textarea } from '@/ui/textarea';
import { createOAuthApp, oauthAppsQuery, patchOAuthApp } from '../oauth';
import { permissionGroups } from '../permissions';
import { type OAuthAppForm as Form, oauthAppSchema } from '../schema';
import { NewKey } from './new-key';
import { ScopeChecks } from './scope-checks';

interface Props {
  /** null for a new one. */
  app: OAuthApp | null;
  onClose: () => void;
}

export function OAuthAppForm({ app, onClose }: Props) {
  const client = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const { register, handleSubmit, formState, setError } = useForm<Form>({
    resolver: zodResolver(oauthAppSchema),
    defaultValues: {
      name: app?.name ?? '',
      homepage: app?.homepage ?? '',
      redirect_uris: app?.redirect_uris.join('\n') ?? '',
      scopes: app?.scopes ?? [],
      confidential: app?.confidential ?? true,
    },
  });
  const save = useMutation({
    mutationFn: ({ redirect_uris, confidential, ...rest }: Form) => {
      const body = { ...rest, redirect_uris: redirect_uris.split(/\s+/).filter(Boolean) };
      return app ? patchOAuthApp(app, body) : createOAuthApp({ ...body, confidential });
    },
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: oauthAppsQuery.queryKey });
      if (!saved.client_secret) onClose();
    },
    onError: (error) =>
      setProblem(showProblem(error, setError, ['name', 'homepage', 'redirect_uris', 'scopes'])),
  });
  if (save.data?.client_secret)
    return (
      <NewKey
        what="secret"
        name={save.data.name}
        secret={save.data.client_secret}
        id={save.data.id}
        onClose={onClose}
      />
    );
  const errors = formState.errors;
  return (
    <PanelForm
      submit={app ? 'Save' : 'Register the app'}
      busy={save.isPending}
      onCancel={onClose}
      onSubmit={handleSubmit((form) => save.mutate(form))}
    >
      {problem && (
        <Banner tone="bad" icon={CircleAlert} role="alert">
          {problem}
        </Banner>
      )}
      <Field label="Name" hint="What people read when they are asked." error={errors.name?.message}>
        {(slot) => <Input {...slot} {...register('name')} autoFocus autoComplete="off" />}
      </Field>
      <Field
        label="Homepage"
        optional
        hint="Where people learn more: https://…"
        error={errors.homepage?.message}
      >
        {(slot) => <Input {...slot} {...register('homepage')} inputMode="url" autoComplete="off" />}
      </Field>
      <Field
        label="Redirect addresses"
        hint="Where answers may be sent, each in its own line, to the letter."
        error={errors.redirect_uris?.message}
      >
        {(slot) => (
          <Textarea
            {...slot}
            {...register('redirect_uris')}
            spellCheck={false}
            className="font-mono text-xs"
          />
        )}
      </Field>
      {!app && (
        <label className="flex items-start gap-2.5">
          <input type="checkbox" {...register('confidential')} className="mt-0.5 size-4 accent-brand" />
          <span>
            It runs on a server, where it can keep a secret
            <span className="block text-ink-3 text-xs">
              An app in a browser or on a device can’t. This never changes.
            </span>
          </span>
        </label>
      )}
      <ScopeChecks
        legend="The most that it may ask for"
        groups={permissionGroups}
        register={register('scopes')}
        error={errors.scopes?.message}
      />
    </PanelForm>
  );
}
