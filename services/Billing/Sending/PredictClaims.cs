using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.Contracts.Common.V1;
using Ips.Policies;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Sending;

/// <summary>What is to be expected of lines that are in no claim: paid, denied with which codes, or not to be sent at all.</summary>
public sealed class PredictClaims(BillingDb db, Caller caller, SendRecords records, PolicyService policies, TimeProvider clock)
{
    public async Task<Result<Proto.ListClaimPredictionsResponse>> Handle(Proto.ListClaimPredictionsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var payer = fields.Organization("payer", request.Payer);
        var today = policies.Today(fields, "program", request.Program);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        if (!(await records.Terms(payer, today, cancellationToken)).Is(out var terms, out var problem))
            return problem;
        var (lines, next) = await db.ClaimLines.AsNoTracking()
            .Where(l => l.Provider == caller.Organization && l.Payer == payer && l.Program == request.Program && l.State != Proto.ClaimLineState.Void
                && !db.Claims.Any(c => c.ClaimLineId == l.Id && (c.Live || c.State == Proto.ClaimState.WrittenOff)))
            .ToPage(page, l => l.DecisionId, cancellationToken);
        var sends = lines.ConvertAll(CreateClaimBatch.Of);
        if (!(await records.Gather(sends, cancellationToken)).Is(out var evidence, out problem))
            return problem;
        var zone = TimeZoneInfo.FindSystemTimeZoneById(policies.Engine.Programs[request.Program].Header.TimeZone);
        var local = TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone);
        return new Proto.ListClaimPredictionsResponse
        {
            ClaimPredictions = { lines.Zip(sends, (line, send) => Predict(line, send, evidence[line.Id], terms, local)) },
            NextPageToken = next,
        };
    }

    private Proto.ClaimPrediction Predict(ClaimLine line, ToSend send, SendEvidence evidence, Terms terms, DateTimeOffset local)
    {
        Proto.ClaimPrediction prediction = new() { ClaimLine = line.Id.Name, Amount = 0m.Dollars(), Findings = { line.Refusals } };
        var (draft, missing) = ClaimDraft.Make(send, evidence, terms.Profile, terms.Payer);
        prediction.CannotBeSent.AddRange(missing);
        if (draft is not null)
            prediction.CannotBeSent.AddRange(ClaimFileWriter.Check(ClaimFileWriter.Number(draft, 1), line.Id.Name, terms, local, 1).Errors);
        if (line.State == Proto.ClaimLineState.Ready)
        {
            var late = draft is not null && terms.Companion.FileThrough(draft.Payer.FilingIndicator, line.ServiceDate) < DateOnly.FromDateTime(local.DateTime);
            if (late)
                prediction.Adjustment = "CO 29";
            else if (prediction.CannotBeSent.Count == 0)
                (prediction.Pays, prediction.Amount) = (true, (line.Amount ?? line.Charge).Dollars());
            else
                // M76: missing, incomplete or invalid diagnosis.
                (prediction.Adjustment, prediction.Remark) = ("CO 16", missing.Any(m => m.Place == "claim_facts.diagnoses") ? "M76" : "");
        }
        else
        {
            prediction.Adjustment = line.Refusals.Select(r => DenialCodes.For(policies.Engine.Programs[line.Program],
                r)).FirstOrDefault(c => c.Length > 0) ?? "CO 16";
        }

        return prediction;
    }
}

/// <summary>The claim adjustment reason codes (CARC, X12 external code list 139) that fit a rule that is not met, by what the rule is for.</summary>
internal static class DenialCodes
{
    private static readonly (RuleDuty Duty, string Code)[] ByDuty =
    [
        (RuleDuty.Authorization, "CO 197"), (RuleDuty.AuthorizationOfM2, "CO 197"), (RuleDuty.AuthorizationOfM6, "CO 197"),
        (RuleDuty.ServiceByTeamMember, "CO 185"), (RuleDuty.OneProvider, "CO B20"), (RuleDuty.NoActBeside, "CO 97"),
        (RuleDuty.EachDateOfService, "CO 177"),
    ];

    /// <summary>The code with its group; empty when none fits.</summary>
    public static string For(Pack pack, Contracts.Common.V1.Finding refusal) =>
        ByDuty.FirstOrDefault(d => pack.RulesFor(d.Duty).Any(r => r.Id.Value == refusal.RuleId)).Code
            ?? (refusal.Verdict == Contracts.Common.V1.Verdict.NeedsFacts ? "CO 16" : "");

    /// <summary>How to fix a denial or a rejection with this code; published meanings of the codes in our words.</summary>
    public static string GuideOf(string reason) => reason switch
    {
        "4" or "5" or "11" => "The code does not fit its modifier, place or diagnosis: correct the line or the claim facts and replace the claim.",
        "16" or "252" => "Information is missing or wrong; the remark codes say which. Correct it and replace the claim.",
        "18" => "The payer has this claim already: find the first one before sending anything.",
        "22" => "Another payer comes first, such as vocational rehabilitation: bill it, then this one.",
        "26" or "27" or "177" =>
            "The payer says that the person was not covered or eligible on the day: check the enrolment of the day, then appeal or bill the right payer.",
        "29" => "The filing limit has passed: ask for an exception with proof of the first sending, or write it off.",
        "45" => "The charge is above what the contract allows: expected, nothing to do when the payment is the contract's.",
        "97" or "B20" => "The payer counts the service to another one of the day or to another provider: check what else was billed.",
        "119" => "The maximum of the benefit is reached: check the units that are left before replacing the claim.",
        "185" => "The payer does not know the rendering provider for this service: check NPI and enrolment of the staff member.",
        "197" or "198" or "15" =>
            "The payer finds no authorization, or one for less: check its number in the claim facts and its days and units, then replace the claim.",
        _ => "Look up the code in the payer's guide, correct the claim and replace it, appeal, or write it off.",
    };
}
