using Ips.Contracts;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Ips.Platform.Privacy;

/// <summary>
/// Whom a thing is about that the caller named and may not see. The caller's own connection does not find it, so the owner's looks. What does not exist is
/// about no one: then nothing was refused.
/// </summary>
internal sealed class RefusedAccess(NpgsqlDataSource owner, ServiceDb db)
{
    private const string Individuals = "individuals";
    private const string Decisions = "decisions";

    /// <summary>The person of the row with this resource name; null when there is none.</summary>
    public async Task<IndividualId?> PersonOf(string name, CancellationToken cancellationToken)
    {
        if (name.Split('/') is not [var collection, var id, ..] || !ResourceName.TryParse(collection, $"{collection}/{id}", out var uuid))
            return null;
        // A decision names what it is about.
        if (collection == Decisions && db.Model.GetEntityTypes().Any(type => type.GetTableName() == Decisions))
            return await One("select subject from decisions where id = $1", uuid, cancellationToken) is string subject
                ? await PersonOf(subject, cancellationToken) : null;
        foreach (var type in db.Model.GetEntityTypes().Where(type => type.BaseType is null))
        {
            if (type.FindPrimaryKey()?.Properties is not [{ ClrType: var key } column] || ResourceIds.CollectionOf(key) != collection
                || (collection == Individuals ? column : type.FindProperty("IndividualId")) is not { } person)
                continue;
            // These names come from the model, not from a caller; the value is a parameter.
            var sql = $"select {person.GetColumnName()} from {type.GetTableName()} where {column.GetColumnName()} = $1";
            if (await One(sql, uuid, cancellationToken) is Guid found)
                return new IndividualId(found);
        }

        return null;
    }

    private async Task<object?> One(string sql, Guid id, CancellationToken cancellationToken)
    {
        await using var command = owner.CreateCommand(sql);
        command.Parameters.Add(new() { Value = id });
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
