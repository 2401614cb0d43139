import { KeyRound } from 'lucide-react';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';

export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <div className="flex flex-col gap-4">
      <Banner tone="warn" icon={KeyRound}>
        Keep these where your phone is not. Each one signs you in once, and this page is the only place that
        ever shows them.
      </Banner>
      <ul className="grid grid-cols-2 gap-x-4 gap-y-1 rounded-md border border-line bg-sunken p-3 font-mono">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap justify-end gap-2">
        <CopyButton text={codes.join('\n')} label="Copy all" />
        <Button size="sm" look="primary" onClick={onDone}>
          I have kept them
        </Button>
      </div>
    </div>
  );
}
