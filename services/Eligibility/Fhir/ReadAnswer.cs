using Hl7.Fhir.Model;
using Ips.Eligibility.Db;

namespace Ips.Eligibility.Fhir;

/// <summary>
/// Reads the answer to a Claim with its updates under the address that a notification with ids only brings: the same Bundle that a whole notification brings.
/// </summary>
internal sealed class ReadAnswer(EligibilityDb db, PersonalDataProtector protector, PolicyService policies, AuditTrail audit, TimeProvider clock)
{
    /// <summary>The address of the answer.</summary>
    public static string AddressOf(string server, Guid thread) => $"{server}/Bundle/{thread}";

    /// <summary>The Bundle as it is now.</summary>
    public async Task<(Bundle? Answer, FhirFault? Fault)> Handle(Guid id, string server, CancellationToken cancellationToken)
    {
        if (!(await AnsweredClaim.Read(db, [id], protector, policies, cancellationToken)).TryGetValue(id, out var claim))
            return (null, FhirFault.Of(new Problem.NotFound("answer", $"Bundle/{id}"), _ => ""));
        await audit.Read([claim.Person], cancellationToken);
        return (claim.Whole(clock.GetUtcNow(), id, server), null);
    }
}
