import { AppError } from '$lib/backend/backend';
import type { ContractReport, LineView, ProbeView, ProposalView } from '$lib/backend/types';
import { mended, problemsOf, type Problems } from '$lib/i18n/problem';
import type { Office } from '$lib/shell/office.svelte';
import { textOf } from './text';

/** The largest file that is looked at, bytes: as large as an answer of the server may be. */
const LARGEST_FILE = 8 * 1024 * 1024;

/** The contract while someone looks at it and changes it. */
export class ContractEdit {
  report = $state.raw<ContractReport | null>(null);
  /** What was found by hand, and waits for an answer. */
  proposal = $state.raw<ProposalView | null>(null);
  probed = $state.raw<ProbeView | null>(null);
  exported = $state.raw<string | null>(null);
  /** What became of a proposal: of the one that the start found, or of one that was looked for. */
  settled = $state.raw<{ as: 'accepted' | 'declined'; pending: boolean } | null>(null);
  /** Which errand is out. */
  busy = $state<'load' | 'find' | 'probe' | 'settle' | 'export' | null>(null);
  problems = $state.raw<Problems>({});
  error = $state.raw<AppError | null>(null);

  constructor(private readonly office: Office) {}

  /** Someone works on the field of this name. */
  mended(name: string): void {
    this.problems = mended(this.problems, name);
  }

  load = () => this.act('load', async () => void (this.report = await this.office.backend.contractReport()));

  find = (address: string) =>
    this.act('find', async () => void (this.proposal = await this.office.backend.findContract(address)));

  readFile = (file: File) =>
    this.act('find', async () => {
      if (file.size > LARGEST_FILE) {
        throw new AppError({ class: 'failed', code: 'description_unreadable', message: 'too large', details: {} });
      }
      this.proposal = await this.office.backend.readContract(file.name, textOf(await file.arrayBuffer()));
    });

  settle = (id: string, accept: boolean) =>
    this.act('settle', async () => {
      const { backend } = this.office;
      const pending = this.report?.pending?.id === id;
      this.report = await (accept ? backend.acceptContract(id) : backend.declineContract(id));
      this.proposal = null;
      this.settled = { as: accept ? 'accepted' : 'declined', pending };
    });

  seen = () => this.act('settle', async () => void (this.report = await this.office.backend.seeContractNews()));

  save = () => this.act('export', async () => void (this.exported = await this.office.backend.exportContract()));

  probe = (phone: string) =>
    this.act('probe', async () => {
      this.probed = null;
      this.probed = await this.office.backend.probeContract(phone);
      this.report = await this.office.backend.contractReport();
    });

  /** How it would be with another text; nothing is kept. */
  tryLine = (line: LineView, value: string): Promise<ContractReport> =>
    this.office.backend.overruleLine(line.method, line.key, value, true);

  /** Keeps a text of one's own, or gives the line back to the server. */
  putLine = async (line: LineView, value: string | null): Promise<void> => {
    this.report = await this.office.backend.overruleLine(line.method, line.key, value, false);
  };

  private async act(errand: Exclude<ContractEdit['busy'], null>, what: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = errand;
    this.error = null;
    this.problems = {};
    this.settled = null;
    this.exported = null;
    try {
      await what();
      return true;
    } catch (thrown) {
      this.error = AppError.from(thrown);
      this.problems = problemsOf(this.error);
      // A file or a phone was refused: what was proposed before is no answer to it.
      if (errand === 'find') this.proposal = null;
      return false;
    } finally {
      this.busy = null;
    }
  }
}
