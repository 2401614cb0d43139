import { Link2 } from 'lucide-react';
import { longTime } from '@/lib/format';
import { useNow } from '@/lib/now';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CopyButton } from '@/ui/copy-button';

interface Props {
  /** What is to be done with it: "Send this to ada@…". */
  children: string;
  link: string;
  expiresAt: string;
  onClose: () => void;
}

/** The one time that a link is shown. */
export function LinkOnce({ children, link, expiresAt, onClose }: Props) {
  const now = useNow();
  return (
    <div className="flex flex-col gap-4">
      <Banner tone="warn" icon={Link2}>
        {children} It is shown this once, works once, and ends {longTime(expiresAt, now)}.
      </Banner>
      <code
        data-testid="link"
        className="select-all break-all rounded-md border border-line bg-sunken p-3 font-mono text-xs"
      >
        {link}
      </code>
      <div className="flex justify-end gap-2">
        <CopyButton text={link} label="Copy link" />
        <Button size="sm" look="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}
