namespace Ips.X12;

/// <summary>An 835: a payment and what it is for. Amounts are dollars.</summary>
/// <param name="Envelope">Where it came in.</param>
/// <param name="Payment">BPR and TRN.</param>
/// <param name="ProductionDay">DTM*405: the day on which the payer closed it.</param>
/// <param name="Payer">Who pays.</param>
/// <param name="Payee">Who is paid.</param>
/// <param name="Claims">The claims in the order of the file; empty when the caller takes them one by one.</param>
/// <param name="ProviderAdjustments">PLB: amounts that belong to no claim. A positive amount lowers the payment.</param>
/// <param name="Balance">Whether it adds up.</param>
public sealed record Remittance(
    Envelope Envelope, RemittancePayment Payment, DateOnly? ProductionDay, Party? Payer, Party? Payee, IReadOnlyList<RemittanceClaim> Claims,
    IReadOnlyList<ProviderAdjustment> ProviderAdjustments, RemittanceBalance Balance) : X12Document(Envelope);

/// <summary>The payment of a remittance.</summary>
/// <param name="Handling">BPR01: I pays with the advice, H only informs.</param>
/// <param name="Amount">BPR02, negative for a debit.</param>
/// <param name="Method">BPR04: ACH, CHK, NON and others.</param>
/// <param name="Day">BPR16: the day on which the money moves.</param>
/// <param name="Trace">TRN02: the number that the bank's payment carries too.</param>
/// <param name="PayerNumber">TRN03.</param>
public sealed record RemittancePayment(string Handling, decimal Amount, string Method, DateOnly? Day, string Trace, string PayerNumber);

/// <summary>What the payer decided about a claim, CLP02.</summary>
public enum ClaimDecision
{
    /// <summary>A code that this library does not know.</summary>
    Other,

    /// <summary>1, 19: processed as primary.</summary>
    Primary,

    /// <summary>2, 20: processed as secondary.</summary>
    Secondary,

    /// <summary>3, 21: processed as tertiary.</summary>
    Tertiary,

    /// <summary>4: denied.</summary>
    Denied,

    /// <summary>22: the reversal of an earlier payment.</summary>
    Reversal,

    /// <summary>23: not this payer's claim, forwarded.</summary>
    NotOurs,

    /// <summary>25: predetermination only, no payment.</summary>
    Predetermination,
}

/// <summary>A claim of a remittance.</summary>
/// <param name="Claim">CLP01: our claim number.</param>
/// <param name="DecisionCode">CLP02.</param>
/// <param name="Charge">CLP03.</param>
/// <param name="Paid">CLP04.</param>
/// <param name="PatientPart">CLP05.</param>
/// <param name="FilingIndicator">CLP06.</param>
/// <param name="PayerClaim">CLP07: the payer's claim number.</param>
/// <param name="Patient">NM1*QC.</param>
/// <param name="Subscriber">NM1*IL.</param>
/// <param name="Corrected">NM1*74: the name or id that the payer corrects.</param>
/// <param name="Rendering">NM1*82.</param>
/// <param name="Statement">DTM*232 and 233.</param>
/// <param name="Received">DTM*050.</param>
/// <param name="Adjustments">CAS of the claim itself.</param>
/// <param name="Remarks">Remark codes of MOA and MIA.</param>
/// <param name="References">REF of the claim.</param>
/// <param name="Amounts">AMT of the claim.</param>
/// <param name="Lines">Its service lines.</param>
/// <param name="Corrects">The payer's claim number of the reversal of the same claim before it in the file: this claim replaces that payment. Otherwise null.</param>
public sealed record RemittanceClaim(
    string Claim, string DecisionCode, decimal Charge, decimal Paid, decimal? PatientPart, string FilingIndicator, string PayerClaim, Party? Patient,
        Party? Subscriber, Party? Corrected,
    Party? Rendering, Period? Statement, DateOnly? Received, IReadOnlyList<Adjustment> Adjustments, IReadOnlyList<string> Remarks,
        IReadOnlyList<Reference> References,
    IReadOnlyList<QualifiedAmount> Amounts, IReadOnlyList<RemittanceLine> Lines, string? Corrects)
{
    /// <summary>What the payer decided.</summary>
    public ClaimDecision Decision => DecisionCode switch
    {
        "1" or "19" => ClaimDecision.Primary,
        "2" or "20" => ClaimDecision.Secondary,
        "3" or "21" => ClaimDecision.Tertiary,
        "4" => ClaimDecision.Denied,
        "22" => ClaimDecision.Reversal,
        "23" => ClaimDecision.NotOurs,
        "25" => ClaimDecision.Predetermination,
        _ => ClaimDecision.Other,
    };

    /// <summary>Adjustments of the claim and of its lines.</summary>
    public IEnumerable<Adjustment> AllAdjustments => Adjustments.Concat(Lines.SelectMany(l => l.Adjustments));

    /// <summary>Charge less all adjustments less payment: 0 when the claim balances.</summary>
    public decimal Difference => Charge - AllAdjustments.Sum(a => a.Amount) - Paid;
}

/// <summary>A service line of a remittance.</summary>
/// <param name="Procedure">SVC01: the procedure that the payer decided on.</param>
/// <param name="Charge">SVC02.</param>
/// <param name="Paid">SVC03.</param>
/// <param name="Units">SVC05: units paid; 1 when the payer does not write it.</param>
/// <param name="SentProcedure">SVC06: what we sent, if the payer decided on another procedure.</param>
/// <param name="SentUnits">SVC07: the units that we sent, if the payer paid for others.</param>
/// <param name="Service">DTM*472, or 150 and 151.</param>
/// <param name="LineControl">REF*6R: our line control number.</param>
/// <param name="Adjustments">CAS of the line.</param>
/// <param name="Remarks">LQ*HE.</param>
/// <param name="References">Other REF.</param>
/// <param name="Amounts">AMT of the line.</param>
public sealed record RemittanceLine(
    Procedure? Procedure, decimal Charge, decimal Paid, decimal Units, Procedure? SentProcedure, decimal? SentUnits, Period? Service, string? LineControl,
    IReadOnlyList<Adjustment> Adjustments, IReadOnlyList<string> Remarks, IReadOnlyList<Reference> References, IReadOnlyList<QualifiedAmount> Amounts)
{
    /// <summary>Charge less adjustments less payment: 0 when the line balances.</summary>
    public decimal Difference => Charge - Adjustments.Sum(a => a.Amount) - Paid;
}

/// <summary>One reason of a CAS.</summary>
/// <param name="Group">CO contractual, PR the patient's, OA other, PI the payer's.</param>
/// <param name="Reason">The claim adjustment reason code (CARC).</param>
/// <param name="Amount">What the charge is lowered by.</param>
/// <param name="Units">Units that it concerns.</param>
public sealed record Adjustment(string Group, string Reason, decimal Amount, decimal? Units)
{
    internal static void AddTo(List<Adjustment> adjustments, in Segment cas)
    {
        for (var i = 2; i <= cas.Count; i += 3)
        {
            if (cas.TextOrNull(i) is { } reason)
                adjustments.Add(new(cas.Text(1), reason, cas.Number18(i + 1) ?? 0, cas.Number18(i + 2)));
        }
    }

    /// <summary>For example <c>CO 197 2000.00</c>.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Group} {Reason} {Amount:0.00}");
}

/// <summary>One amount of a PLB.</summary>
/// <param name="Provider">PLB01.</param>
/// <param name="FiscalEnd">PLB02: the last day of the provider's fiscal year.</param>
/// <param name="Reason">For example WO recoupment, FB carried forward, L6 interest.</param>
/// <param name="Reference">What it refers to, often a payer's claim number.</param>
/// <param name="Amount">A positive amount lowers the payment.</param>
public sealed record ProviderAdjustment(string Provider, DateOnly? FiscalEnd, string Reason, string? Reference, decimal Amount);

/// <summary>Whether a remittance adds up: each line, each claim, and the payment.</summary>
/// <param name="Payment">BPR02.</param>
/// <param name="Paid">Sum of CLP04.</param>
/// <param name="ProviderAdjustments">Sum of the amounts in PLB.</param>
/// <param name="Imbalances">The first 100 places that do not add up; empty when all does.</param>
/// <param name="ImbalanceCount">How many there are.</param>
public sealed record RemittanceBalance(decimal Payment, decimal Paid, decimal ProviderAdjustments, IReadOnlyList<Imbalance> Imbalances, long ImbalanceCount)
{
    /// <summary>Paid claims less provider adjustments less payment: 0 when the payment balances.</summary>
    public decimal Difference => Paid - ProviderAdjustments - Payment;

    /// <summary>Whether everything adds up.</summary>
    public bool IsBalanced => ImbalanceCount == 0;
}

/// <summary>A place where a remittance does not add up.</summary>
/// <param name="Claim">CLP01, or null for the payment as a whole.</param>
/// <param name="Line">The number of the line in the claim, from 1, or 0 for the claim or the payment.</param>
/// <param name="Expected">What the amount paid should be.</param>
/// <param name="Found">What it is.</param>
public sealed record Imbalance(string? Claim, int Line, decimal Expected, decimal Found)
{
    /// <summary>What is expected less what is found.</summary>
    public decimal Difference => Expected - Found;
}
