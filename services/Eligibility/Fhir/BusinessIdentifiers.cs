using System.Linq.Expressions;
using Hl7.Fhir.Model;
using Ips.Contracts;
using Ips.Eligibility.Db;
using Ips.Eligibility.Individuals;
using Microsoft.EntityFrameworkCore;

namespace Ips.Eligibility.Fhir;

/// <summary>Why something that a Claim names is not known here, as X12 element 901 has it.</summary>
/// <param name="Code">The code.</param>
/// <param name="Path">The element.</param>
/// <param name="Text">What was not found.</param>
internal sealed record PasRejection(string Code, string Path, string Text);

/// <summary>Finds the person and the organizations of a Claim by the numbers that partners know them by. What the caller may not see is not found.</summary>
public sealed class BusinessIdentifiers(EligibilityDb db, Caller caller, PersonalDataProtector protector, TimeProvider clock)
{
    private const string Agency = "provider";

    /// <summary>
    /// The code of an agency, else of another organization, by the identifiers that it has on the day, or on any; null when none is on record. A number that several
    /// organizations recorded is that of the caller, if it is one of them, and no one's otherwise.
    /// </summary>
    internal async System.Threading.Tasks.Task<string?> CodeOf(Organization organization, bool isAgency, DateOnly? on, CancellationToken cancellationToken)
    {
        foreach (var identifier in organization.Identifier)
        {
            if (await CodeOf(identifier, isAgency, on, cancellationToken) is { } code)
                return code;
        }

        return null;
    }

    /// <summary>The code of the agency that a filter names: <c>system|value</c>, or the value alone, which is an NPI.</summary>
    internal System.Threading.Tasks.Task<string?> CodeOf(string filter, CancellationToken cancellationToken) => CodeOf(filter.LastIndexOf('|') is var bar and >= 0
        ? new Identifier(filter[..bar], filter[(bar + 1)..]) : new(PasCodes.Npi, filter), isAgency: true, clock.UtcDay(), cancellationToken);

    private async System.Threading.Tasks.Task<string?> CodeOf(Identifier identifier, bool isAgency, DateOnly? on, CancellationToken cancellationToken)
    {
        if (identifier.System == PasCodes.Organizations)
            return OrganizationCode.IsCode(identifier.Value) ? identifier.Value : null;
        if (identifier is not { System: PasCodes.Npi, Value: { Length: > 0 } npi })
            return null;
        var known = await db.OrganizationNumbers.AsNoTracking().Where(o => (o.Kind == Agency) == isAgency
            && db.OrganizationNumbers.Any(n => n.Organization == o.Organization && n.Npi == npi)).ToListAsync(cancellationToken);
        List<string> codes = [.. known.GroupBy(o => o.Organization).Where(rows => OrganizationNumber.Has(rows, npi, on)).Select(rows => rows.Key)];
        return codes is [var only] ? only : codes.Find(code => code == caller.Organization);
    }

    /// <summary>
    /// Reads the agency and the payer of a Claim by the identifiers of today; what was sent earlier, and is updated or inquired, also by those of that time. An agency
    /// sends for itself: another one is as unknown as one that does not exist.
    /// </summary>
    internal async System.Threading.Tasks.Task<(string Provider, string Payer, PasRejection? Rejected)> Organizations(
        PasClaim claim, Func<Resource, string> pathOf, bool isNew, CancellationToken cancellationToken)
    {
        DateOnly? on = isNew ? clock.UtcDay() : null;
        var provider = await CodeOf(claim.Requestor!, isAgency: true, on, cancellationToken) is { } agency
            && (!caller.Is(Roles.Provider) || agency == caller.Organization) ? agency : null;
        var payer = await CodeOf(claim.Insurer!, isAgency: false, on, cancellationToken) is { } insurer
            && (!caller.Is(Roles.Mco) || insurer == caller.Organization) ? insurer : null;
        return (provider ?? "", payer ?? "", provider is null
            ? new("51", pathOf(claim.Requestor!) + ".identifier", "This is not the national provider identifier, or the code, of the agency that sends.")
            : payer is null ? new("T4", pathOf(claim.Insurer!) + ".identifier", "This payer is not known.") : null);
    }

    /// <summary>Finds the person by the patient's identifiers, or by the member id of the coverage. A birth date that is sent must be the person's.</summary>
    internal async System.Threading.Tasks.Task<(PasPerson? Person, PasRejection? Rejected)> Person(
        Patient patient, Coverage? coverage, string at, CancellationToken cancellationToken)
    {
        var path = at + ".identifier";
        List<byte[]> exact = [], plain = [];
        foreach (var identifier in patient.Identifier)
        {
            if (identifier.Value is not { Length: > 0 } value)
                continue;
            if (identifier.System?.StartsWith(PasCodes.Identifiers, StringComparison.Ordinal) == true)
            {
                var system = identifier.System[PasCodes.Identifiers.Length..];
                exact.AddRange(protector.Hashes(system, Individuals.Person.NormalForm(system, value)));
            }
            else
            {
                plain.AddRange(Individuals.Person.ValueHashes(protector, Individuals.Person.ValueForm(value)));
            }
        }

        if (coverage?.SubscriberId is { Length: > 0 } member)
            plain.AddRange(Individuals.Person.ValueHashes(protector, Individuals.Person.ValueForm(member)));
        var found = await Read(i => i.Identifiers.Any(h => exact.Contains(h.Hash) || plain.Contains(h.ValueHash!)), cancellationToken);
        if (found.Select(i => i.MergedInto ?? i.Id).Distinct().ToList() is not [var id])
        {
            return (null, found.Count == 0 ? new("75", path, "No person with this identifier that you may see.")
                : new PasRejection("68", path, "More than one person has these identifiers; send one identifier."));
        }

        var person = found.Find(i => i.Id == id) ?? (await Read(i => i.Id == id, cancellationToken)).Single();
        // A wrong number must not make a request for someone else.
        return PasElements.Day(patient.BirthDate) is { } day && Individuals.Person.Decrypt(protector, person.PersonalData).BirthDate != day
            ? (null, new("71", at + ".birthDate", "This is not the birth date of the person with this identifier."))
            : (new(id, person.Spans), null);
    }

    private System.Threading.Tasks.Task<List<FoundPerson>> Read(Expression<Func<Individual, bool>> which, CancellationToken cancellationToken) =>
        db.Individuals.AsNoTracking().IgnoreAutoIncludes().Where(which).OrderBy(i => i.Id).Take(3)
            .Select(i => new FoundPerson(i.Id, i.MergedInto, i.PersonalData, i.Facts.OfType<Enrollment>().Where(e => e.SupersededAt == null)
                .Select(e => new CoveredSpan(e.Payer, e.From, e.Through)).ToList())).ToListAsync(cancellationToken);

    private sealed record FoundPerson(IndividualId Id, IndividualId? MergedInto, byte[] PersonalData, List<CoveredSpan> Spans);
}

/// <summary>Days on which a payer covers a person, both included; without an end where it is not known.</summary>
internal sealed record CoveredSpan(string Payer, DateOnly From, DateOnly? Through);

/// <summary>The person of a Claim.</summary>
/// <param name="Id">The record that counts.</param>
/// <param name="Spans">Who covers the person when.</param>
internal sealed record PasPerson(IndividualId Id, IReadOnlyList<CoveredSpan> Spans)
{
    /// <summary>Whether the payer covers the person on the day.</summary>
    public bool IsCoveredBy(string payer, DateOnly day) => Spans.Any(s => s.Payer == payer && s.From <= day && (s.Through is null || s.Through >= day));
}
