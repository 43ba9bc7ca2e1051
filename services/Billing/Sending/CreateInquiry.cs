using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using Ips.Billing.Claims;
using Ips.Billing.Db;
using Ips.Contracts;
using Ips.X12;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Billing.V1;

namespace Ips.Billing.Sending;

/// <summary>Writes a 270 or 276. The trace number of each question says whom or what it is about, so that the answer finds it without a table of questions.</summary>
public sealed class CreateInquiry(
    BillingDb db, Requests requests, Caller caller, SendRecords records, PolicyService policies, PersonalDataProtector protector, TimeProvider clock)
{
    private const int Most = 500;
    private static readonly Proto.ClaimState[] Undecided = [Proto.ClaimState.Sent, Proto.ClaimState.Received, Proto.ClaimState.Accepted];

    private sealed record Gathered(Terms Terms, List<ToSend> Sends, List<Claim> Claims, Dictionary<ClaimLineId, SendEvidence> Evidence);

    public async Task<Result<Proto.ClaimFile>> Handle(Proto.CreateInquiryRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var payer = fields.Organization("payer", request.Payer);
        var today = policies.Today(fields, "program", request.Program);
        fields.Require(request.Kind is Proto.InquiryKind.Coverage or Proto.InquiryKind.ClaimStatus, "kind", "is not INQUIRY_KIND_COVERAGE or INQUIRY_KIND_CLAIM_STATUS");
        if (fields.Problem is { } bad)
            return bad;
        return await requests.Run(validateOnly: false, request.RequestId, request, s => Gather(payer, request, today, s),
            (gathered, _, s) => Decide(request, gathered, s), cancellationToken);
    }

    private async Task<Result<Gathered>> Gather(string payer, Proto.CreateInquiryRequest request, DateOnly today, CancellationToken cancellationToken)
    {
        if (!(await records.Terms(payer, today, cancellationToken)).Is(out var terms, out var problem))
            return problem;
        var provider = caller.Organization;
        List<Claim> claims = [];
        List<ClaimLine> lines;
        if (request.Kind == Proto.InquiryKind.Coverage)
        {
            lines = await db.ClaimLines.AsNoTracking().Where(l => l.Provider == provider && l.Payer == payer && l.Program == request.Program
                && l.State == Proto.ClaimLineState.Ready && !db.Claims.Any(c => c.ClaimLineId == l.Id)).OrderBy(l => l.ServiceDate).ThenBy(l => l.Id)
                .Take(Most).ToListAsync(cancellationToken);
        }
        else
        {
            claims = await db.Claims.AsNoTracking().Where(c => c.Provider == provider && c.Payer == payer && c.Program == request.Program
                && Undecided.Contains(c.State)).OrderBy(c => c.ServiceDate).ThenBy(c => c.Id).Take(Most).ToListAsync(cancellationToken);
            var ids = claims.ConvertAll(c => c.ClaimLineId);
            lines = await db.ClaimLines.AsNoTracking().Where(l => ids.Contains(l.Id)).ToListAsync(cancellationToken);
        }

        List<ToSend> sends = lines.ConvertAll(CreateClaimBatch.Of);
        return (await records.Gather(sends, cancellationToken)).Then(evidence => new Gathered(terms, sends, claims, evidence));
    }

    private async Task<Result<Decided<Proto.ClaimFile>>> Decide(Proto.CreateInquiryRequest request, Gathered gathered, CancellationToken cancellationToken)
    {
        // read
        var provider = caller.Organization;
        var numbers = await db.ControlNumbers.AsNoTracking().SingleOrDefaultAsync(n => n.Provider == provider, cancellationToken) ?? new() { Provider = provider };
        if (numbers.Interchange == ControlNumbers.Most)
            return new Problem.Conflict("control number", $"the last one, {ControlNumbers.Most}, is used; agree on a new submitter id with the payer");

        // decide
        Changes changes = new(clock.GetUtcNow());
        var zone = TimeZoneInfo.FindSystemTimeZoneById(policies.Engine.Programs[request.Program].Header.TimeZone);
        var local = TimeZoneInfo.ConvertTime(changes.Now, zone);
        var (profile, payer, companion) = gathered.Terms;
        var control = numbers.Interchange + 1;
        OutgoingEnvelope envelope = new("ZZ", payer.SubmitterId, companion.ReceiverQualifier, payer.ReceiverId, local, control, control, payer.Test);
        var options = WriteOptions.Usual with { Characters = companion.Characters };
        ClaimPayer addressee = new(payer.PayerName, payer.PayerId, "");
        Provider us = new(profile.Name, null, profile.Npi);
        Findings findings = new();
        using MemoryStream file = new();
        int questions;
        if (request.Kind == Proto.InquiryKind.Coverage)
        {
            var of = Coverage(gathered, payer).ToList();
            questions = of.Count;
            QuestionWriter.WriteEligibility(file, envelope, Reference(control), "1" + profile.TaxNumber, addressee, us, of, findings, options);
        }
        else
        {
            var of = Statuses(gathered, payer).ToList();
            questions = of.Count;
            QuestionWriter.WriteClaimStatus(file, envelope, Reference(control), addressee, profile.Name, payer.SubmitterId, us, of, findings, options);
        }

        if (questions == 0)
            return new Problem.Conflict("inquiry", request.Kind == Proto.InquiryKind.Coverage ? "no line is ready whose person has a member id and a birth date"
                : "no claim waits for a decision of the payer");
        if (findings.Stored.FirstOrDefault(f => f.IsError) is { } error)
            return new Problem.Conflict("inquiry", $"it cannot be written at {error.At.Reference}: found {error.Found}, expected {error.Expected}");
        numbers.Interchange = control;
        if (numbers.Version == 0)
        {
            numbers.Version = 1;
            changes.Insert(numbers);
        }
        else
        {
            changes.Update(numbers);
        }

        var bytes = file.ToArray();
        return new Decided<Proto.ClaimFile>(new()
        {
            FileName = string.Create(CultureInfo.InvariantCulture, $"{(request.Kind == Proto.InquiryKind.Coverage ? "270" : "276")}-{control:000000000}.x12"),
            Content = ByteString.CopyFrom(bytes),
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        }, changes);
    }

    /// <summary>A question for each person with a member id: all days of the lines that are ready.</summary>
    private static IEnumerable<EligibilityQuestion> Coverage(Gathered gathered, Proto.PayerEnrollment payer) =>
        from ofPerson in gathered.Sends.GroupBy(s => s.Individual)
        let person = gathered.Evidence[ofPerson.First().Line].Person
        let member = person?.Identifiers.FirstOrDefault(i => i.System == payer.MemberIdSystem)?.Value
        where member is not null && DateOnly.TryParseExact(person!.BirthDate, "yyyy-MM-dd", out _)
        select new EligibilityQuestion(InquiryTrace.Of(ofPerson.Key), person!.FamilyName, person.GivenName.Length == 0 ? null : person.GivenName, member,
            DateOnly.ParseExact(person.BirthDate, "yyyy-MM-dd"), new(ofPerson.Min(s => s.Service), ofPerson.Max(s => s.Service)), ["30"]);

    private IEnumerable<ClaimStatusQuestion> Statuses(Gathered gathered, Proto.PayerEnrollment payer) =>
        from claim in gathered.Claims
        let person = gathered.Evidence.GetValueOrDefault(claim.ClaimLineId)?.Person
        let member = claim.EncryptedMember is { } sent ? protector.Unprotect(sent)
            : person?.Identifiers.FirstOrDefault(i => i.System == payer.MemberIdSystem)?.Value
        where member is not null && person is not null && DateOnly.TryParseExact(person.BirthDate, "yyyy-MM-dd", out _)
        select new ClaimStatusQuestion(InquiryTrace.Of(claim.Id), person.FamilyName, person.GivenName.Length == 0 ? null : person.GivenName, member,
            DateOnly.ParseExact(person.BirthDate, "yyyy-MM-dd"), claim.PayerClaim.Length == 0 ? null : claim.PayerClaim, claim.Number, claim.Charge,
            new(claim.ServiceDate, claim.ServiceDate));

    private static string Reference(int control) => string.Create(CultureInfo.InvariantCulture, $"Q{control:000000000}");
}

/// <summary>Trace numbers of questions: the letter says what the id behind it is.</summary>
internal static class InquiryTrace
{
    /// <summary>The trace of a question about a person's coverage.</summary>
    public static string Of(IndividualId person) => $"E{person.Value:N}".ToUpperInvariant();

    /// <summary>The trace of a question about a claim.</summary>
    public static string Of(ClaimId claim) => $"S{claim.Value:N}".ToUpperInvariant();

    /// <summary>The id behind a trace of this letter; null for the number of somebody else.</summary>
    public static Guid? IdOf(char letter, string trace) => trace.Length == 33 && char.ToUpperInvariant(trace[0]) == letter
        && Guid.TryParseExact(trace.AsSpan(1), "N", out var id) ? id : null;
}
