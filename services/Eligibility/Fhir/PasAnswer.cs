using System.Globalization;
using Ips.Contracts;
using Ips.Eligibility.Authorizations;
using Common = Ips.Contracts.Common.V1;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Fhir;

/// <summary>The answer to one item, in the words of X12 278: made from the authorization, the same for FHIR and for any other door.</summary>
/// <param name="Authorization">The authorization's id.</param>
/// <param name="Action">X12 element 306.</param>
/// <param name="Reason">X12 code source 886; empty when there is none.</param>
/// <param name="RequestedFrom">First day requested.</param>
/// <param name="RequestedThrough">Last day requested, included.</param>
/// <param name="ApprovedFrom">First day approved; null unless approved.</param>
/// <param name="ApprovedThrough">Last day that it covers, included; null unless approved.</param>
/// <param name="ApprovedUnits">Units approved; 0 unless approved.</param>
/// <param name="DecidedOn">Day of the payer's decision; null before it.</param>
/// <param name="Notes">What the rules found, each with its id and citation, and the receipt.</param>
/// <param name="Missing">The documents that are still missing.</param>
internal sealed record PasAnswer(
    Guid Authorization, string Action, string Reason, DateOnly RequestedFrom, DateOnly RequestedThrough, DateOnly? ApprovedFrom, DateOnly? ApprovedThrough,
    int ApprovedUnits, DateOnly? DecidedOn, IReadOnlyList<string> Notes, IReadOnlyList<MissingDocument> Missing)
{
    /// <summary>The answer for an authorization as it is now.</summary>
    /// <param name="authorization">The authorization.</param>
    /// <param name="receipt">The decision on the request.</param>
    /// <param name="payerReason">What the payer wrote; empty when it wrote nothing.</param>
    /// <param name="policies">Decides which documents are missing.</param>
    public static PasAnswer Of(Authorization authorization, Common.Decision receipt, string payerReason, PolicyService policies)
    {
        var (action, reason) = PayerReasons.ReviewOf(authorization);
        List<MissingDocument> missing = authorization.State != Proto.AuthorizationState.PendedInfo ? []
            : [.. DocumentChecklist.Of(authorization, policies).Where(i => !i.Received || i.MissingContents.Count > 0)
                .Select(i => new MissingDocument(i.Document, [.. i.MissingContents]) { HasCome = i.Received })];
        return new(authorization.Id.Value, action, reason, authorization.RequestedFrom, authorization.RequestedThrough, authorization.ApprovedFrom,
            authorization.Through, authorization.ApprovedUnits, authorization.DecidedOn, Texts(authorization, receipt, payerReason, missing), missing);
    }

    /// <summary>The same for an authorization that was read with its decision.</summary>
    public static PasAnswer Of(Authorization authorization, PersonalDataProtector protector, PolicyService policies) =>
        Of(authorization, authorization.Decision!.ToProto(), authorization.Words(protector).Reason, policies);

    private static List<string> Texts(Authorization authorization, Common.Decision receipt, string payerReason, List<MissingDocument> missing)
    {
        List<string> texts = [$"State: {WireCode.Lower(authorization.State)!.Replace('_', ' ')}."];
        if (authorization.PayerRuleId.Length > 0)
            texts.Add($"The payer's ground: {authorization.PayerRuleId}{(payerReason.Length == 0 ? "." : $". {payerReason}")}");
        texts.AddRange(authorization.Attention.Select(unmet => $"Needs attention: {unmet.Code} ({string.Join(", ", unmet.RuleIds)})."));
        texts.AddRange(missing.Select(document => $"Missing: {document.Words}."));
        if (authorization is { State: Proto.AuthorizationState.UnderReview, DecisionDueOn: { } due })
            texts.Add(string.Create(CultureInfo.InvariantCulture, $"The payer decides by {due.Day()} ({DecisionClock.RuleId})."));
        texts.AddRange(receipt.Findings.Where(f => f.Deciding).Select(f =>
            $"{f.RuleId} {WireCode.Lower(f.Verdict)!.Replace('_', ' ')}: {f.Reason} [{f.Citation.Document}, {f.Citation.Section}]"));
        texts.Add($"Receipt: decisions/{receipt.DecisionId}, pack {receipt.Program} {receipt.PackVersion}, SHA-256 {receipt.ReceiptSha256}");
        return texts;
    }
}

/// <summary>A document that a request lacks, or that lacks a content.</summary>
/// <param name="Document">Its code in the packs.</param>
/// <param name="Contents">Codes of the contents that it lacks.</param>
internal sealed record MissingDocument(string Document, IReadOnlyList<string> Contents)
{
    /// <summary>Whether the document came: then only what it contains is in question, which a questionnaire asks.</summary>
    public bool HasCome { get; init; }

    /// <summary>Both in words.</summary>
    public string Words => Contents.Count == 0 ? Document : $"{Document} with {string.Join(", ", Contents)}";
}
