using Ips.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Ips.Testing;

/// <summary>The tables of a service that name people. A merge and its undo have to reach each of them.</summary>
public static class PersonTables
{
    /// <summary>Their names, in order.</summary>
    public static IReadOnlyList<string> Of(DbContext db) => [.. db.Model.GetEntityTypes()
        .Where(type => type.GetTableName() is not null && type.GetProperties()
            .Any(property => (Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType) == typeof(IndividualId)))
        .Select(type => type.GetTableName()!).Distinct().Order(StringComparer.Ordinal)];
}
