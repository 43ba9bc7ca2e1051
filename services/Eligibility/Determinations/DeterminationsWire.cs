using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Ips.ServiceDefaults;
using Wire = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>The stored determination as the contract shows it.</summary>
internal static class DeterminationsWire
{
    public static Wire.Determination ToWire(this Determination determination, Contracts.Common.V1.Decision decision, bool stored) => new()
    {
        Name = stored ? determination.Id.Name : "",
        Individual = determination.IndividualId.Name,
        Provider = new OrganizationCode(determination.Provider).Name,
        Program = determination.Program,
        AsOf = determination.AsOf.Day(),
        State = determination.State,
        Decision = decision,
        CreateTime = stored ? determination.RecordedAt.ToTimestamp() : null,
    };
}
