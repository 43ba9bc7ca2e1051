using Google.Protobuf;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.X12;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Sending;

/// <summary>Records and lists who a provider is for payers, and what claims for a person need.</summary>
public sealed class RecordBillingProfile(
    BillingDb db, Requests requests, Caller caller, EligibilityClient eligibility, PolicyService policies, PersonalDataProtector protector, TimeProvider clock)
{
    public async Task<Result<Proto.BillingProfile>> Handle(Proto.RecordBillingProfileRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var provider = fields.Organization("provider", request.Provider);
        var from = fields.Day("from", request.From);
        Check(fields, request.Content);
        if (fields.Problem is { } bad)
            return bad;
        if (provider != caller.Organization)
            return new Problem.Forbidden("a provider records the billing profile of its own organization");
        return await requests.Run(request.RequestId, request, _ =>
        {
            Changes changes = new(clock.GetUtcNow());
            var profile = changes.Insert(new BillingProfile
            {
                Id = BillingProfileId.New(clock),
                Provider = provider,
                From = from,
                EncryptedContent = protector.Protect(request.Content.ToByteArray(), []),
                RecordedAt = changes.Now,
            });
            return Task.FromResult<Result<Decided<Proto.BillingProfile>>>(new Decided<Proto.BillingProfile>(profile.ToProto(protector), changes));
        }, cancellationToken);
    }

    public async Task<Result<Proto.ListBillingProfilesResponse>> Handle(Proto.ListBillingProfilesRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var (items, next) = await db.BillingProfiles.AsNoTracking().ToPage(page, p => p.Id, cancellationToken);
        return new Proto.ListBillingProfilesResponse { BillingProfiles = { items.Select(p => p.ToProto(protector)) }, NextPageToken = next };
    }

    public async Task<Result<Proto.ClaimFacts>> Handle(Proto.RecordClaimFactsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var individual = fields.Id<IndividualId>("individual", request.Individual);
        var today = policies.Today(fields, "program", request.Program);
        var from = fields.Day("from", request.From);
        var through = fields.OptionalDay("through", request.Through);
        fields.Require(!(through < from), "through", "lies before from");
        fields.Number("milestone_number", request.MilestoneNumber, 0, 9);
        Check(fields, request.Content);
        if (fields.Problem is { } bad)
            return bad;
        return await requests.Run(validateOnly: false, request.RequestId, request,
            // Whether the person is the caller's: a foreign one is not found.
            s => eligibility.Verify(individual, request.Program, today, s),
            async (_, _, s) =>
            {
                var account = await db.Account(individual, caller.Organization, s);
                Changes changes = new(clock.GetUtcNow());
                var facts = changes.Insert(new ClaimFacts
                {
                    Id = ClaimFactsId.New(clock),
                    IndividualId = account.IndividualId,
                    Provider = caller.Organization,
                    From = from,
                    Through = through,
                    MilestoneNumber = request.MilestoneNumber,
                    EncryptedContent = protector.Protect(request.Content.ToByteArray(), []),
                    RecordedAt = changes.Now,
                });
                return (Result<Decided<Proto.ClaimFacts>>)new Decided<Proto.ClaimFacts>(facts.ToProto(protector), changes);
            }, cancellationToken);
    }

    public async Task<Result<Proto.ListClaimFactsResponse>> Handle(Proto.ListClaimFactsRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var named = fields.Id<IndividualId>("individual", request.Individual);
        var page = Paging.Read(fields, request);
        if (fields.Problem is { } bad)
            return bad;
        var individual = await db.Survivor(named, cancellationToken);
        var (items, next) = await db.ClaimFacts.AsNoTracking().Where(f => f.IndividualId == individual).ToPage(page, f => f.Id, cancellationToken);
        return new Proto.ListClaimFactsResponse { ClaimFacts = { items.Select(f => f.ToProto(protector)) }, NextPageToken = next };
    }

    private static void Check(RequestValidator fields, Proto.BillingProfileContent? content)
    {
        if (content is null)
        {
            fields.Wrong("content", "is missing");
            return;
        }

        fields.Text("content.name", content.Name, 60);
        fields.Require(CodeSets.IsNpi(content.Npi), "content.npi", "is no NPI: ten digits of which the last is the check digit");
        fields.Require(CodeSets.IsTaxonomy(content.Taxonomy), "content.taxonomy", "is no taxonomy code: nine capital letters or digits and X");
        fields.Require(content.RenderingTaxonomy.Length == 0 || CodeSets.IsTaxonomy(content.RenderingTaxonomy), "content.rendering_taxonomy",
            "is no taxonomy code: nine capital letters or digits and X");
        fields.Require(IsDigits(content.TaxNumber, 9), "content.tax_number", "is not nine digits");
        fields.Text("content.contact", content.Contact, 60);
        fields.Require(IsDigits(content.ContactPhone, 10), "content.contact_phone", "is not ten digits");
        fields.Require(CodeSets.Contains("pos", content.UsualPlace) && IsDigits(content.UsualPlace, 2), "content.usual_place",
            "is no place of service: two digits, for example 11 for an office");
        if (content.Address is not { } address)
        {
            fields.Wrong("content.address", "is missing");
        }
        else
        {
            fields.Text("content.address.line", address.Line, 55);
            fields.Text("content.address.city", address.City, 30);
            fields.Require(CodeSets.Contains("states", address.State), "content.address.state", "is no state: two capital letters");
            fields.Require(IsDigits(address.PostalCode, 9), "content.address.postal_code", "is not nine digits; a billing address needs all of them");
        }

        fields.Require(content.Payers.Count is > 0 and <= 20, "content.payers", "are not 1 to 20");
        foreach (var (i, payer) in content.Payers.Index())
            Check(fields, $"content.payers[{i}]", payer);
        fields.Require(content.Payers.Select(p => p.Payer).Distinct(StringComparer.Ordinal).Count() == content.Payers.Count, "content.payers",
            "name a payer twice");
    }

    private static void Check(RequestValidator fields, string at, Proto.PayerEnrollment payer)
    {
        fields.Organization($"{at}.payer", payer.Payer);
        fields.Require(Companions.Find(payer.Companion) is not null, $"{at}.companion",
            $"is not known; send one of {string.Join(", ", CompanionProfile.All.Select(p => p.Id))}");
        foreach (var (field, value) in new[] { ("submitter_id", payer.SubmitterId), ("receiver_id", payer.ReceiverId) })
            fields.Require(IsCode(value, 2, 15), $"{at}.{field}", "is not 2 to 15 capital letters or digits");
        fields.Text($"{at}.payer_name", payer.PayerName, 60);
        fields.Require(IsCode(payer.PayerId, 2, 20), $"{at}.payer_id", "is not 2 to 20 capital letters or digits");
        fields.Text($"{at}.member_id_system", payer.MemberIdSystem, 60);
    }

    private static void Check(RequestValidator fields, Proto.ClaimFactsContent? content)
    {
        fields.Require(content is { Diagnoses.Count: > 0 and <= 12 }, "content.diagnoses", "are not 1 to 12");
        foreach (var (i, code) in (content?.Diagnoses ?? []).Index())
            fields.Require(CodeSets.IsDiagnosis(code.Replace(".", "", StringComparison.Ordinal)), $"content.diagnoses[{i}]", "is no ICD-10-CM code");
        fields.Require(content?.AuthorizationNumber is not { Length: > 50 }, "content.authorization_number", "is longer than 50 characters");
    }

    private static bool IsDigits(string text, int count) => text.Length == count && text.All(char.IsAsciiDigit);

    private static bool IsCode(string text, int least, int most) =>
        text.Length >= least && text.Length <= most && text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));
}

/// <summary>What payers require beyond the guide, by id.</summary>
internal static class Companions
{
    /// <summary>The companion profile; null for an id that is none.</summary>
    public static CompanionProfile? Find(string id) => CompanionProfile.All.FirstOrDefault(p => p.Id == id);

    /// <summary>The last day on which the payer takes an original; null when its limit is not known.</summary>
    public static DateOnly? FileThrough(this CompanionProfile profile, string filingIndicator, DateOnly service) =>
        profile.FilingLimits.Where(l => l.FilingIndicator is null
            || l.FilingIndicator == filingIndicator).Select(l => (DateOnly?)service.AddDays(l.Days)).Min();
}
