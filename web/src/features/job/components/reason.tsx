import { explainReason } from '../model';

/** Why something failed: a sentence, and on demand what the machine said. */
export function Reason({ reason }: { reason: string | undefined }) {
  const { summary, details } = explainReason(reason);
  return (
    <div className="text-ink-2 text-xs">
      <p>{summary}</p>
      {details && (
        <details className="mt-0.5">
          <summary className="w-fit cursor-pointer rounded-sm py-0.5 text-ink-3 hover:text-ink">
            Details
          </summary>
          <pre className="scroll-thin mt-1 max-h-40 overflow-auto whitespace-pre-wrap break-words rounded-md bg-sunken p-2 font-mono text-2xs">
            {details}
          </pre>
        </details>
      )}
    </div>
  );
}
