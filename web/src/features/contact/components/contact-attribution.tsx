import type { Contact } from '@/lib/api';
import { exactTime } from '@/lib/format';
import { Disclosure } from '@/ui/disclosure';

const labels = {
  utm_source: 'Source',
  utm_medium: 'Medium',
  utm_campaign: 'Campaign',
  utm_term: 'Term',
  utm_content: 'Content',
  referrer: 'Came from',
  landing_page: 'Came to',
  gclid: 'Google click',
  fbclid: 'Meta click',
  msclkid: 'Microsoft click',
} as const;

/** What brought the contact here, first and last: told by forms and links, so it is shown and not edited. */
export function ContactAttribution({ contact }: { contact: Contact }) {
  const { first, last } = contact.attribution ?? {};
  if (!first && !last) return null;
  return (
    <Disclosure title="What brought them here" note={(last ?? first)?.utm_source}>
      {[
        { title: 'First', touch: first },
        { title: 'Latest', touch: last },
      ].map(
        ({ title, touch }) =>
          touch && (
            <section key={title} aria-label={`${title} touch`}>
              <h3 className="mb-1 font-medium text-xs">
                {title}
                {touch.at && <span className="font-normal text-ink-3"> · {exactTime(touch.at)}</span>}
              </h3>
              <dl className="grid grid-cols-[112px_minmax(0,1fr)] gap-x-3 gap-y-1 text-xs">
                {(Object.keys(labels) as (keyof typeof labels)[])
                  .filter((key) => touch[key])
                  .map((key) => (
                    <div key={key} className="contents">
                      <dt className="text-ink-3">{labels[key]}</dt>
                      <dd className="min-w-0">{touch[key]}</dd>
                    </div>
                  ))}
              </dl>
            </section>
          ),
      )}
    </Disclosure>
  );
}
