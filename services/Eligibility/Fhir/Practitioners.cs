using Hl7.Fhir.Model;
using Ips.Contracts;
using Ips.Contracts.Staffing.V1;

namespace Ips.Eligibility.Fhir;

/// <summary>A practitioner whom a Claim names as staff of the agency.</summary>
/// <param name="Path">The element that names them.</param>
/// <param name="Npi">The national provider identifier.</param>
/// <param name="Serves">Whether they give the service; otherwise they send the request.</param>
internal sealed record PasPractitioner(string Path, string Npi, bool Serves);

/// <summary>Finds the practitioners of a Claim among the staff of the agency that sends it. Staffing has them on record.</summary>
internal sealed class Practitioners(Staff.StaffClient staff, TimeProvider clock)
{
    /// <summary>The first practitioner who is not staff of the agency on the first day of the service, or today when they send the request; null when all are.</summary>
    public async Task<Result<PasRejection?>> Unknown(PasClaim claim, string provider, CancellationToken cancellationToken)
    {
        var name = new OrganizationCode(provider).Name;
        foreach (var practitioner in claim.Practitioners)
        {
            var day = ((practitioner.Serves ? claim.Items.Min(i => i.From) : null) ?? clock.UtcDay()).Day();
            var answer = await staff.ListStaffAsync(new() { Provider = name, Npi = practitioner.Npi, NpiOn = day }, cancellationToken: cancellationToken)
                .Answer("staffing", "organization", name);
            if (!answer.Is(out var found, out var problem))
                return problem;
            if (!found.Staff.Any(member => IsEmployed(member, day)))
            {
                return new PasRejection("43", practitioner.Path,
                    $"No one who works for the agency that sends has this national provider identifier {(practitioner.Serves ? "on the first day of the service" : "today")}.");
            }
        }

        return (PasRejection?)null;
    }

    // Days as text have the order of days.
    private static bool IsEmployed(StaffMember member, string day) => string.CompareOrdinal(member.HireDate, day) <= 0
        && (member.SeparationDate.Length == 0 || string.CompareOrdinal(day, member.SeparationDate) <= 0);
}
