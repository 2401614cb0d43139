import { useMutation } from '@tanstack/react-query';
import { Check, CircleSlash } from 'lucide-react';
import { useState } from 'react';
import { explain } from '@/lib/api';
import { go } from '@/lib/go';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { answerOAuth, type oauthRequestQuery } from '../oauth';

type Asked = NonNullable<Awaited<ReturnType<NonNullable<ReturnType<typeof oauthRequestQuery>['queryFn']>>>>;

/** What the app wants, in plain words, where, and the answer. */
export function ConsentForm({ request, asked }: { request: string; asked: Asked }) {
  const places = asked.sub_accounts ?? [];
  const scopes = asked.scopes ?? [];
  const only = places.length === 1 ? places[0] : undefined;
  const [chosen, setChosen] = useState<string[]>(only ? [only.id] : []);
  const answer = useMutation({
    mutationFn: (subAccounts: string[] | null) => answerOAuth(request, subAccounts),
    onSuccess: go,
  });
  const lacking = (scope: string) =>
    chosen.length > 0 &&
    places.filter(({ id }) => chosen.includes(id)).every(({ missing }) => missing?.includes(scope));
  const blocked = asked.needs_sub_account && chosen.length === 0;
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (!blocked) answer.mutate(chosen);
      }}
    >
      {answer.error && <Banner tone="bad">{explain(answer.error)}</Banner>}
      <section aria-labelledby="wants">
        <h2 id="wants" className="mb-2 font-medium text-ink-2 text-sm">
          It wants to
        </h2>
        <ul className="flex flex-col gap-2 rounded-lg border border-line bg-raised p-3">
          {scopes.map(({ scope, about, missing }) => {
            const useless = missing || lacking(scope);
            const Icon = useless ? CircleSlash : Check;
            return (
              <li key={scope} className="flex gap-2 text-sm">
                <Icon aria-hidden size={16} className="mt-0.5 shrink-0 text-ink-3" />
                <span>
                  {about}
                  {useless && (
                    <span className="text-ink-2"> You may not do this, so neither can the app.</span>
                  )}
                </span>
              </li>
            );
          })}
        </ul>
      </section>
      {asked.needs_sub_account && (
        <fieldset>
          <legend className="mb-2 font-medium text-ink-2 text-sm">{only ? 'In' : 'Choose where'}</legend>
          {places.length === 0 && (
            <p className="text-sm">You work in no sub-account where it could. Ask an administrator.</p>
          )}
          <div className="flex max-h-56 flex-col overflow-y-auto rounded-lg border border-line bg-raised empty:hidden">
            {places.map(({ id, name }) => (
              <label key={id} className="flex min-h-10 items-center gap-2.5 px-3 py-2 text-sm hover:bg-hover">
                <input
                  type="checkbox"
                  className="size-4 shrink-0 accent-brand"
                  checked={chosen.includes(id)}
                  onChange={({ target }) =>
                    setChosen((before) =>
                      target.checked ? [...before, id] : before.filter((one) => one !== id),
                    )
                  }
                />
                <span className="min-w-0 break-words">{name}</span>
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <div className="flex flex-col gap-2">
        <Button type="submit" look="primary" className="h-9" busy={answer.isPending} disabled={blocked}>
          Allow
        </Button>
        <Button className="h-9" busy={answer.isPending} onClick={() => answer.mutate(null)}>
          Don’t allow
        </Button>
      </div>
      <p className="text-ink-2 text-sm">
        You go on to <strong className="font-medium text-ink">{asked.sent_to}</strong>. It can do no more than
        you may at each moment.
      </p>
    </form>
  );
}
