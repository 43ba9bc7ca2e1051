using Google.Protobuf.WellKnownTypes;
using Ips.Contracts;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Determinations;

/// <summary>The stored determination as the contract shows it.</summary>
internal static class DeterminationsProtos
{
    /// <summary>The determination without its steps. If it is not stored, it has no name and no etag.</summary>
    public static Proto.Determination ToProto(this Determination determination, Contracts.Common.V1.Decision decision, string etag, bool stored) => new()
    {
        Name = stored ? determination.Id.Name : "",
        Individual = determination.IndividualId.Name,
        Provider = new OrganizationCode(determination.Provider).Name,
        Program = determination.Program,
        AsOf = determination.AsOf.Day(),
        State = determination.State,
        Decision = decision,
        CreateTime = stored ? determination.RecordedAt.ToTimestamp() : null,
        Etag = etag,
        EligibleThrough = determination.EligibleThrough.Day(),
    };

    /// <summary>A step without its receipt.</summary>
    public static Proto.DeterminationStep ToProto(this DeterminationStep step, PersonalDataProtector particulars)
    {
        Proto.DeterminationStep wire = new()
        {
            Kind = step.Kind,
            FromState = step.FromState,
            ToState = step.ToState,
            On = step.On.Day(),
            DecisionName = step.DecisionId is { } id ? Receipts.NameOf(id) : "",
            CreateTime = step.RecordedAt.ToTimestamp(),
        };
        if (step.Judgements is { } judgements)
            wire.Judgements.AddRange(Judgements.Open(particulars, judgements));
        return wire;
    }
}
