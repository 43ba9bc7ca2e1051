using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Microsoft.EntityFrameworkCore;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.IntakeReferrals;

/// <summary>
/// Makes a person of a referral, or joins it to a person on file, and carries over all it brings in one write. A name on file is not changed by a referral; its
/// identifiers of other systems, contacts and consents are added.
/// </summary>
public sealed class ConvertIntakeReferral(
    EligibilityDb db, IndividualReader people, RegisterIndividual registration, Requests requests, PolicyService policies, IntakeViews views, Caller caller,
    PersonalDataProtector protector, TimeProvider clock)
{
    public Task<Result<Proto.IntakeReferral>> Handle(Proto.ConvertIntakeReferralRequest request, CancellationToken cancellationToken)
    {
        RequestValidator fields = new();
        var id = IntakeReferralRows.Read(fields, request.Name, request.Etag);
        var onFile = fields.OptionalId<IndividualId>("individual", request.Individual);
        var given = request.Particulars;
        fields.Require(given is null || request.Individual.Length == 0, "particulars", "is sent with a person on file; correct that person instead");
        var person = given is null ? null
            : Person.Read(fields, "particulars.", given.GivenName, given.FamilyName, given.BirthDate, given.Identifiers);
        if (fields.Problem is { } bad)
            return Task.FromResult<Result<Proto.IntakeReferral>>(bad);
        return requests.Run(request.RequestId, request, s => Convert(id, onFile, person, request, s), cancellationToken);
    }

    private async Task<Result<Decided<Proto.IntakeReferral>>> Convert(
        IntakeReferralId id, IndividualId? onFile, Person? person, Proto.ConvertIntakeReferralRequest request, CancellationToken cancellationToken)
    {
        // read
        if (!(await db.Load(id, request.Etag, cancellationToken)).Is(out var referral, out var problem))
            return problem;
        var from = referral.State;
        var today = policies.Today(referral.Program)!.Value;
        if (referral.Move(Proto.IntakeReferralState.Converted, today) is { } ended)
            return ended;
        if (referral.Read(protector) is not { } content)
            return new Problem.Conflict("intake referral", "has no content any more: its time of retention is over");

        // write
        Changes changes = new(clock.GetUtcNow());
        var onRecord = onFile is { } there ? await Join(there, content, changes, cancellationToken)
            : await Register(referral, content, person, changes, cancellationToken);
        if (!onRecord.Is(out var individual, out problem))
        {
            // The same referral was converted after it was read here: then the person on file is its own.
            return problem is Problem.Exists && !await db.IntakeReferrals.AnyAsync(r => r.Id == id && r.Version == referral.Version, cancellationToken)
                ? new Problem.Stale("intake referral", id.Name) : problem;
        }

        var known = onFile is null ? [] : await db.Contacts.AsNoTracking().Where(c => c.IndividualId == individual.Id && c.SupersededAt == null)
            .ToListAsync(cancellationToken);
        HashSet<Proto.ContactContent> present = [.. known.Select(c => c.Decrypt(protector))];
        foreach (var contact in content.Person.Contacts.Where(present.Add))
            changes.Insert(Contact.Of(individual, contact, referral.ReceivedOn, null, caller.Organization, protector, changes.Now));
        foreach (var consent in content.Person.Consents)
            individual.Record(Consents.Read(new(), "consent", consent, caller.Organization, changes.Now), changes);
        individual.Record(
            new ReferralSource(
                Guid.CreateVersion7(changes.Now), referral.Id, WireCode.Upper(referral.Source)!,
                OrganizationCode.TryParse(content.SourceOrganization, out var source) ? source.Value : "", referral.ReceivedOn, changes.Now)
            {
                RecordedBy = caller.Organization,
            }, changes);
        referral.IndividualId = individual.Id;
        changes.Update(referral);
        changes.PublishMove(referral, from, today);
        return new Decided<Proto.IntakeReferral>(views.Show(referral, individual, isDetermined: false), changes);
    }

    private async Task<Result<Individual>> Register(
        IntakeReferral referral, Proto.IntakeReferralContent content, Person? person, Changes changes, CancellationToken cancellationToken) =>
        (person is { } given ? given : IntakeReading.ToPerson(content)).Is(out var registered, out var problem)
            ? await registration.Register(referral.Provider, registered, payer: null, changes, cancellationToken)
            : problem;

    private async Task<Result<Individual>> Join(
        IndividualId id, Proto.IntakeReferralContent content, Changes changes, CancellationToken cancellationToken)
    {
        if (await people.Find(caller, id, cancellationToken) is not { } individual)
            return new Problem.NotFound("individual", id.Name);
        var before = Person.Decrypt(protector, individual);
        var added = content.Person.Identifiers.Where(i => !before.Identifiers.ContainsKey(i.System)).ToDictionary(i => i.System, i => i.Value);
        if (added.Count == 0)
            return individual;
        foreach (var identifier in (before with { Identifiers = added }).Hashes(protector, individual.Provider, clock))
        {
            if (await db.IsOnFile(individual.Provider, identifier, cancellationToken))
                return new Problem.Exists("individual", $"with this {identifier.System} identifier");
            changes.Insert(identifier with { IndividualId = individual.Id });
        }

        FormerPersonalData replaced = new(Guid.CreateVersion7(changes.Now), individual.PersonalData, individual.PersonalDataSince);
        replaced.Supersede(changes.Now, caller.Organization, WireCode.Upper(Proto.CorrectionReason.NewEvidence)!, null);
        individual.PersonalData = (before with { Identifiers = before.Identifiers.Concat(added).ToDictionary() }).Encrypt(protector);
        individual.PersonalDataVersion++;
        individual.Record(replaced, changes);
        changes.PublishCorrection(individual, "particulars", retracted: false);
        return individual;
    }
}
