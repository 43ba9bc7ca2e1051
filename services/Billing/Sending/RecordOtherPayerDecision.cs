using Google.Protobuf;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.X12;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Sending;

/// <summary>Records what another payer decided on a line, so that it goes as a secondary claim.</summary>
public sealed class RecordOtherPayerDecision(BillingDb db, Requests requests, PersonalDataProtector protector, TimeProvider clock)
{
    private static readonly string[] Groups = ["CO", "PR", "OA", "PI"];

    /// <summary>SBR09 of 005010X222A1; Medicaid is the payer that comes last.</summary>
    private static readonly string[] Indicators =
        ["11", "12", "13", "14", "15", "16", "17", "AM", "BL", "CH", "CI", "DS", "FI", "HM", "LM", "MA", "MB", "OF", "TV", "VA", "WC", "ZZ"];

    /// <summary>SBR02 of another insured person.</summary>
    private static readonly string[] Relations = ["18", "01", "19", "20", "21", "39", "40", "53", "G8"];

    public async Task<Result<Proto.OtherPayerDecision>> Handle(Proto.RecordOtherPayerDecisionRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = fields.Id<ClaimLineId>("claim_line", request.ClaimLine);
        var total = Check(fields, request.Content);
        if (fields.Problem is { } bad)
            return bad;
        return await requests.Run(request.RequestId, request, async s =>
        {
            // read
            if (await db.ClaimLines.AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, s) is not { } line)
                return new Problem.NotFound("claim line", request.ClaimLine);

            // decide
            if (line.State == Proto.ClaimLineState.Void)
                return new Problem.Conflict("claim line state", "the line is void; nothing is sent of it");
            if (total != line.Charge)
                return new Problem.Invalid("content.paid", FormattableString.Invariant(
                    $"and adjustments are {total:0.00} together, and the line charges {line.Charge:0.00}; the difference is {line.Charge - total:0.00}"));
            Changes changes = new(clock.GetUtcNow());
            var decision = changes.Insert(new OtherPayerDecision
            {
                Id = OtherPayerDecisionId.New(clock),
                Provider = line.Provider,
                ClaimLineId = id,
                EncryptedContent = protector.Protect(request.Content.ToByteArray(), []),
                RecordedAt = changes.Now,
            });
            return (Result<Decided<Proto.OtherPayerDecision>>)new Decided<Proto.OtherPayerDecision>(decision.ToProto(protector), changes);
        }, cancellationToken);
    }

    /// <summary>Checks the content; payment and adjustments together.</summary>
    private static decimal Check(RequestValidator fields, Proto.OtherPayerDecisionContent? content)
    {
        if (content is null)
        {
            fields.Wrong("content", "is missing");
            return 0;
        }

        fields.Text("content.payer_name", content.PayerName, 60);
        fields.Require(content.PayerId.Length is >= 2 and <= 20 && content.PayerId.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)), "content.payer_id",
            "is not 2 to 20 capital letters or digits");
        fields.Require(Indicators.Contains(content.FilingIndicator), "content.filing_indicator", $"is not one of {string.Join(", ", Indicators)}");
        fields.Require(content.MemberId.Length is >= 2 and <= 80 && content.MemberId.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '-'),
            "content.member_id", "is not 2 to 80 capital letters, digits or hyphens");
        fields.Require(Relations.Contains(content.Relation), "content.relation", $"is not one of {string.Join(", ", Relations)}");
        fields.Require(content.InsuredFamilyName.Length <= 60, "content.insured_family_name", "is longer than 60 characters");
        fields.Require(content.InsuredGivenName.Length <= 35, "content.insured_given_name", "is longer than 35 characters");
        fields.Require(content.Relation is "" or "18" || content.InsuredFamilyName.Length > 0, "content.insured_family_name",
            "is missing; the insurance is another person's");
        var sum = fields.SignedDollars("content.paid", content.Paid);
        fields.Require(sum >= 0, "content.paid", "is less than 0");
        fields.Require(content.Adjustments.Count <= 30, "content.adjustments", "are more than 30");
        foreach (var (i, adjustment) in content.Adjustments.Index())
        {
            fields.Require(Groups.Contains(adjustment.Group), $"content.adjustments[{i}].group", $"is not one of {string.Join(", ", Groups)}");
            fields.Require(CodeSets.Contains("adjustment_reason", adjustment.Reason), $"content.adjustments[{i}].reason", "is no claim adjustment reason code");
            sum += fields.SignedDollars($"content.adjustments[{i}].amount", adjustment.Amount);
        }

        fields.Day("content.decision_date", content.DecisionDate);
        fields.Require(content.PayerClaim.Length <= 50 && content.PayerClaim.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'), "content.payer_claim",
            "is not up to 50 letters, digits or hyphens");
        return sum;
    }
}
