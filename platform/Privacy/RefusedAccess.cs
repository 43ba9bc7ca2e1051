using System.Reflection;
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

    /// <summary>The person of the row with this resource name; null when there is none.</summary>
    public async Task<IndividualId?> PersonOf(string name, CancellationToken cancellationToken)
    {
        if (name.Split('/') is not [var collection, var id, ..] || !ResourceName.TryParse(collection, $"{collection}/{id}", out var uuid))
            return null;
        foreach (var type in db.Model.GetEntityTypes().Where(type => type.BaseType is null))
        {
            if (type.FindPrimaryKey()?.Properties is not [{ ClrType: var key } column] || !ResourceIds.IsResourceId(key) || CollectionOf(key) != collection
                || (collection == Individuals ? column : type.GetProperties().FirstOrDefault(p => p.ClrType == typeof(IndividualId))) is not { } person)
                continue;
            // These names come from the model, not from a caller; the value is a parameter.
            await using var command = owner.CreateCommand($"select {person.GetColumnName()} from {type.GetTableName()} where {column.GetColumnName()} = $1");
            command.Parameters.Add(new() { Value = uuid });
            if (await command.ExecuteScalarAsync(cancellationToken) is Guid found)
                return new IndividualId(found);
        }

        return null;
    }

    private static string CollectionOf(Type id)
    {
        var map = id.GetInterfaceMap(id.GetInterfaces().Single(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IResourceId<>)));
        var at = Array.FindIndex(map.InterfaceMethods, method => method.Name == "get_Collection");
        return (string)map.TargetMethods[at].Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null)!;
    }
}
