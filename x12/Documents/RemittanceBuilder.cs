using System.Globalization;

namespace Ips.X12;

/// <summary>Builds a remittance from the segments of an 835.</summary>
internal sealed class RemittanceBuilder(Envelope envelope, Action<RemittanceClaim>? onClaim) : DocumentBuilder
{
    private const int Listed = 100;
    private readonly List<RemittanceClaim> claims = [];
    private readonly List<ProviderAdjustment> provider = [];
    private readonly List<Imbalance> imbalances = [];
    private readonly Dictionary<string, string> reversed = new(StringComparer.Ordinal);
    private RemittancePayment payment = new("", 0, "", null, "", "");
    private Position paymentAt;
    private DateOnly? production;
    private Party? payer;
    private Party? payee;
    private ClaimDraft? claim;
    private long imbalanceCount;
    private decimal paid;

    public override void Add(TransactionReader reader)
    {
        var segment = reader.Current;
        switch (segment.IdText)
        {
            case "BPR":
                paymentAt = reader.Position;
                payment = payment with
                {
                    Handling = segment.Text(1),
                    Amount = (segment.Is(3, "D"u8) ? -1 : 1) * (segment.Number18(2) ?? 0),
                    Method = segment.Text(4),
                    Day = segment.Day(16)
                };
                break;
            case "TRN":
                payment = payment with { Trace = segment.Text(2), PayerNumber = segment.Text(3) };
                break;
            case "DTM" when segment.Is(1, "405"u8):
                production = segment.Day(2);
                break;
            case "N1" when segment.Is(1, "PR"u8):
                payer = Party.OfN1(segment);
                break;
            case "N1" when segment.Is(1, "PE"u8):
                payee = Party.OfN1(segment);
                break;
            case "CLP":
                Close(reader.Envelope.Findings);
                claim = new(segment, reader.Position);
                break;
            case "PLB":
                Close(reader.Envelope.Findings);
                AddProviderAdjustments(segment);
                break;
            default:
                claim?.Add(segment, reader.Position);
                break;
        }
    }

    public override X12Document End(Findings findings)
    {
        Close(findings);
        RemittanceBalance balance = new(payment.Amount, paid, provider.Sum(p => p.Amount), imbalances, imbalanceCount);
        if (balance.Difference != 0)
        {
            Report(findings, paymentAt with { Element = 2 }, new(null, 0, balance.Paid - balance.ProviderAdjustments, balance.Payment),
                "sum of CLP04 less sum of PLB");
            balance = balance with { ImbalanceCount = imbalanceCount };
        }

        return new Remittance(envelope, payment, production, payer, payee, claims, provider, balance);
    }

    private void Close(Findings findings)
    {
        if (claim is null)
            return;
        var done = claim.Done(reversed);
        for (var i = 0; i < done.Lines.Count; i++)
        {
            var line = done.Lines[i];
            if (line.Difference != 0)
                Report(findings, claim.LineAt(i), new(done.Claim, i + 1, line.Paid + line.Difference, line.Paid), "SVC02 less the adjustments of the line");
        }

        if (done.Difference != 0)
            Report(findings, claim.At with { Element = 4 }, new(done.Claim, 0, done.Paid + done.Difference, done.Paid),
                "CLP03 less all adjustments of claim and lines");
        paid += done.Paid;
        if (onClaim is null)
            claims.Add(done);
        else
            onClaim(done);
        claim = null;
    }

    private void Report(Findings findings, Position at, Imbalance imbalance, string rule)
    {
        imbalanceCount++;
        if (imbalances.Count < Listed)
            imbalances.Add(imbalance);
        findings.Add(new(SnipLevel.Balance, FindingKind.Balance, at, Dollars(imbalance.Found), $"{Dollars(imbalance.Expected)}, the {rule}",
            $"The difference is {Dollars(imbalance.Difference)}. Post nothing from it and ask the payer."));
    }

    private static string Dollars(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);

    private void AddProviderAdjustments(in Segment plb)
    {
        for (var i = 3; i <= plb.Count; i += 2)
        {
            if (!plb[i].IsEmpty)
                provider.Add(new(plb.Text(1), plb.Day(2), plb.Text(i, 1), plb.TextOrNull(i, 2), plb.Number18(i + 1) ?? 0));
        }
    }

    /// <summary>A claim while its segments come in.</summary>
    private sealed class ClaimDraft
    {
        private readonly List<Adjustment> adjustments = [];
        private readonly List<string> remarks = [];
        private readonly List<Reference> references = [];
        private readonly List<QualifiedAmount> amounts = [];
        private readonly List<RemittanceLine> lines = [];
        private readonly List<Position> lineAt = [];
        private readonly (string Claim, string Decision, decimal Charge, decimal Paid, decimal? PatientPart, string Filing, string PayerClaim) clp;
        private Party? patient;
        private Party? subscriber;
        private Party? corrected;
        private Party? rendering;
        private DateOnly? from;
        private DateOnly? through;
        private DateOnly? received;
        private LineDraft? line;

        public ClaimDraft(in Segment segment, Position at)
        {
            At = at;
            clp = (segment.Text(1), segment.Text(2), segment.Number18(3) ?? 0, segment.Number18(4) ?? 0, segment.Number18(5), segment.Text(6), segment.Text(7));
        }

        public Position At { get; }

        public Position LineAt(int index) => lineAt[index] with { Element = 3 };

        public void Add(in Segment segment, Position at)
        {
            if (segment.Is("SVC"u8))
            {
                if (line is not null)
                    lines.Add(line.Done());
                line = new(segment);
                lineAt.Add(at);
            }
            else if (line is not null)
            {
                line.Add(segment);
            }
            else
            {
                AddToClaim(segment);
            }
        }

        public RemittanceClaim Done(Dictionary<string, string> reversed)
        {
            if (line is not null)
                lines.Add(line.Done());
            line = null;
            string? corrects = null;
            if (clp.Decision == "22")
                reversed[clp.Claim] = clp.PayerClaim;
            else if (reversed.Remove(clp.Claim, out var reversal))
                corrects = reversal;
            Period? statement = from is { } first ? new(first, through ?? first) : through is { } only ? new(only, only) : null;
            return new(clp.Claim, clp.Decision, clp.Charge, clp.Paid, clp.PatientPart, clp.Filing, clp.PayerClaim, patient, subscriber, corrected, rendering,
                statement, received, adjustments,
                remarks, references, amounts, lines, corrects);
        }

        private void AddToClaim(in Segment segment)
        {
            switch (segment.IdText)
            {
                case "CAS":
                    Adjustment.AddTo(adjustments, segment);
                    break;
                case "NM1":
                    AddParty(Party.OfNm1(segment));
                    break;
                case "MOA":
                    AddRemarks(segment, 3, 7);
                    break;
                case "MIA":
                    AddRemarks(segment, 5, 5);
                    AddRemarks(segment, 20, 23);
                    break;
                case "REF":
                    references.Add(Reference.Of(segment));
                    break;
                case "DTM":
                    AddDay(segment);
                    break;
                case "AMT":
                    amounts.Add(new(segment.Text(1), segment.Number18(2) ?? 0));
                    break;
            }
        }

        private void AddParty(Party party)
        {
            switch (party.Entity)
            {
                case "QC":
                    patient = party;
                    break;
                case "IL":
                    subscriber = party;
                    break;
                case "74":
                    corrected = party;
                    break;
                case "82":
                    rendering = party;
                    break;
            }
        }

        private void AddDay(in Segment dtm)
        {
            switch (dtm.Text(1))
            {
                case "232":
                    from = dtm.Day(2);
                    break;
                case "233":
                    through = dtm.Day(2);
                    break;
                case "050":
                    received = dtm.Day(2);
                    break;
            }
        }

        private void AddRemarks(in Segment segment, int first, int last)
        {
            for (var i = first; i <= last; i++)
            {
                if (segment.TextOrNull(i) is { } remark)
                    remarks.Add(remark);
            }
        }
    }

    /// <summary>A line while its segments come in.</summary>
    private sealed class LineDraft
    {
        private readonly List<Adjustment> adjustments = [];
        private readonly List<string> remarks = [];
        private readonly List<Reference> references = [];
        private readonly List<QualifiedAmount> amounts = [];
        private readonly (Procedure? Procedure, decimal Charge, decimal Paid, decimal Units, Procedure? Sent, decimal? SentUnits) svc;
        private DateOnly? from;
        private DateOnly? through;
        private string? control;

        public LineDraft(in Segment segment) => svc = (Procedure.Of(segment, 1), segment.Number18(2) ?? 0, segment.Number18(3) ?? 0, segment.Number18(5) ?? 1,
            Procedure.Of(segment, 6), segment.Number18(7));

        public void Add(in Segment segment)
        {
            switch (segment.IdText)
            {
                case "CAS":
                    Adjustment.AddTo(adjustments, segment);
                    break;
                case "DTM" when segment.Is(1, "472"u8):
                    from = through = segment.Day(2);
                    break;
                case "DTM" when segment.Is(1, "150"u8):
                    from = segment.Day(2);
                    break;
                case "DTM" when segment.Is(1, "151"u8):
                    through = segment.Day(2);
                    break;
                case "REF" when segment.Is(1, "6R"u8):
                    control = segment.Text(2);
                    break;
                case "REF":
                    references.Add(Reference.Of(segment));
                    break;
                case "LQ" when segment.Is(1, "HE"u8):
                    remarks.Add(segment.Text(2));
                    break;
                case "AMT":
                    amounts.Add(new(segment.Text(1), segment.Number18(2) ?? 0));
                    break;
            }
        }

        public RemittanceLine Done() => new(svc.Procedure, svc.Charge, svc.Paid, svc.Units, svc.Sent, svc.SentUnits, from is { } first
            ? new Period(first, through ?? first) : null, control,
            adjustments, remarks, references, amounts);
    }
}
