using Ips.Contracts.Events;
using Ips.Eligibility.Fhir;
using Npgsql;

namespace Ips.Eligibility.Incoming;

/// <summary>Keeps <see cref="OrganizationNumber"/>, a row for each event, whatever the order of arrival.</summary>
public sealed class OrganizationNumbers(NpgsqlDataSource database, TimeProvider clock) : GroupConsumer(database, clock),
    IGroupConsumer<OrganizationRegisteredV1>, IGroupConsumer<OrganizationCorrectedV1>
{
    /// <inheritdoc/>
    protected override string Effects(IReadOnlyList<DomainEvent> events, NpgsqlParameterCollection parameters)
    {
        OrganizationNumber[] numbers = [.. events.Select(Number)];
        parameters.AddWithValue("event_id", events.Select(e => e.EventId).ToArray());
        parameters.AddWithValue("organization", Array.ConvertAll(numbers, n => n.Organization));
        parameters.AddWithValue("sequence", Array.ConvertAll(numbers, n => n.Sequence));
        parameters.AddWithValue("kind", Array.ConvertAll(numbers, n => n.Kind));
        parameters.AddWithValue("npi", Array.ConvertAll(numbers, n => n.Npi));
        parameters.AddWithValue("from_day", Array.ConvertAll(numbers, n => n.From));
        parameters.AddWithValue("changed_at", Array.ConvertAll(numbers, n => n.ChangedAt));
        return """
            numbered as (
              insert into organization_numbers (organization, sequence, kind, npi, from_day, changed_at)
              select organization, sequence, kind, npi, from_day, changed_at
              from unnest(@event_id, @organization, @sequence, @kind, @npi, @from_day, @changed_at)
                as sent (event_id, organization, sequence, kind, npi, from_day, changed_at)
              join fresh using (event_id) order by organization, sequence
              on conflict do nothing)
            """;
    }

    /// <summary>What an event says of an organization.</summary>
    public static OrganizationNumber Number(DomainEvent happened) => happened switch
    {
        OrganizationRegisteredV1 e => Of(e, e.Organization, e.Kind, e.Npi, null),
        OrganizationCorrectedV1 e => Of(e, e.Organization, e.Kind, e.Npi, e.NpiFrom),
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened.GetType().Name, "is no event of an organization"),
    };

    private static OrganizationNumber Of(DomainEvent happened, string organization, string kind, string? npi, DateOnly? from) => new()
    {
        Organization = organization,
        Sequence = happened.Sequence,
        Kind = kind,
        Npi = npi,
        From = from,
        ChangedAt = happened.OccurredAt.ToUniversalTime(),
    };
}
