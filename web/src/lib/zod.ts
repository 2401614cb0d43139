import * as z from 'zod/mini';

// zod probes for `new Function` when it builds its first object schema; a CSP
// without unsafe-eval reports that as a violation, so the probe is off.
z.config({ jitless: true });

export { z };
