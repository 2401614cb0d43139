import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { contactFieldsQuery } from '@/features/field';
import { explain, type ImportDetail, type ImportPreview, type ImportSettings, isProblem } from '@/lib/api';
import { count } from '@/lib/format';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Field } from '@/ui/field';
import { Input } from '@/ui/input';
import { TagsInput } from '@/ui/tags-input';
import { previewImport, startImport, storeImport } from '../api';
import { faultsOf, lacking, matchOf, reread, settingsOf, targetsOf } from '../model';
import { ColumnMapping } from './column-mapping';
import { ConsentEvidence } from './consent-evidence';
import { DryRun } from './dry-run';
import { FilePreview } from './file-preview';
import { FileReading } from './file-reading';
import { MatchRule } from './match-rule';
import { Section } from './section';

interface Props {
  account: string;
  detail: ImportDetail;
}

/** From what the file says to what is done with it: columns, people who are here already, consent, a try. */
export function ImportSetup({ account, detail }: Props) {
  const client = useQueryClient();
  const { data: own = [] } = useQuery(contactFieldsQuery(account));
  const [settings, setSettings] = useState<ImportSettings>(() => settingsOf(detail));
  // A try says something about the settings that were tried, and about no others.
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const [lack, setLack] = useState<string | null>(null);
  // A rule that no column means waits for one.
  const asked = { ...settings, match: matchOf(settings) };
  const change = (next: Partial<ImportSettings>) => {
    setSettings((old) => ({ ...old, ...next }));
    setPreview(null);
    setLack(null);
    attempt.reset();
    start.reset();
  };
  const attempt = useMutation({
    mutationFn: () => previewImport(account, detail, asked),
    onSuccess: setPreview,
  });
  const start = useMutation({
    mutationFn: () => startImport(account, detail, asked),
    onSuccess: (started) => storeImport(client, account, started),
  });
  const error = attempt.error ?? start.error;
  const faults = faultsOf(isProblem(error) ? error.fields : []);
  const said = lack ?? (error && (faults.rest.join(' ') || explain(error)));
  const ready = (then: () => void) => () => {
    const missing = lacking(settings);
    setLack(missing);
    if (!missing) then();
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex max-w-3xl flex-col gap-8 p-4 pb-8">
          <Section
            title="First rows"
            text="Do the letters look right, and does each cell stand in its column?"
          >
            <FileReading
              account={account}
              detail={detail}
              onRead={(now) => {
                change({});
                setSettings((old) => reread(old, detail, now));
              }}
            />
            <FilePreview detail={detail} />
          </Section>
          <Section
            title="What the columns mean"
            text="As far as their names say. What you change is remembered for the next file with the same columns."
          >
            <ColumnMapping
              detail={detail}
              targets={targetsOf(detail.targets ?? [], own)}
              fields={settings.fields ?? []}
              faults={faults.columns}
              onChange={(fields) => change({ fields })}
            />
          </Section>
          <Section title="People who are here already">
            <MatchRule settings={settings} fields={own} onChange={change} />
          </Section>
          <Section title="Consent">
            <ConsentEvidence settings={settings} onChange={change} />
          </Section>
          <Section title="For everybody in the file">
            <div className="grid gap-4 sm:grid-cols-2">
              <Field label="Tags to add" hint="Enter or a comma adds one." optional>
                {(slot) => (
                  <TagsInput {...slot} value={settings.tags ?? []} onChange={(tags) => change({ tags })} />
                )}
              </Field>
              <Field label="Source" hint="Where they came from, if the row does not say." optional>
                {(slot) => (
                  <Input
                    {...slot}
                    autoComplete="off"
                    maxLength={100}
                    placeholder="import"
                    value={settings.source ?? ''}
                    onChange={({ target }) => change({ source: target.value || undefined })}
                  />
                )}
              </Field>
            </div>
          </Section>
          {preview && <DryRun preview={preview} total={detail.total} />}
        </div>
      </div>
      <footer className="flex shrink-0 flex-wrap items-center justify-end gap-2 border-line border-t px-4 py-3">
        {said && (
          <div className="min-w-0 flex-1 basis-64">
            <Banner tone="bad" icon={CircleAlert} role="alert">
              {said}
            </Banner>
          </div>
        )}
        <Button
          look={preview ? 'plain' : 'primary'}
          busy={attempt.isPending}
          onClick={ready(() => attempt.mutate())}
        >
          {preview ? 'Try again' : 'Try it out'}
        </Button>
        {preview && (
          <Button look="primary" busy={start.isPending} onClick={ready(() => start.mutate())}>
            Import {count(detail.total, 'row', 'rows')}
          </Button>
        )}
      </footer>
    </div>
  );
}
