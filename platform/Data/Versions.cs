using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ips.Platform.Data;

/// <summary>
/// A row that two callers may change at the same time. Who changes it raises its version, so the second of them finds another version than the one it read.
/// </summary>
public interface IVersioned
{
    /// <summary>1 for the row as first stored, one more with every change.</summary>
    int Version { get; set; }
}

/// <summary>Versions as callers see them.</summary>
public static class Versions
{
    /// <summary>The version for the caller, who sends it back with a change.</summary>
    public static string Etag(this IVersioned row) => EtagOf(row.Version);

    /// <summary>A version in the form of an etag. Not a plain number, so that no client sends one that it never read and is right by chance.</summary>
    public static string EtagOf(int version) => string.Create(CultureInfo.InvariantCulture, $"v{version}");

    /// <summary>
    /// Whether the row still has the version that the caller saw; if not, the use case answers <see cref="Problem.Stale"/>. An empty etag matches every
    /// version.
    /// </summary>
    public static bool Expects(this IVersioned row, string etag) => etag.Length == 0 || etag == row.Etag();

    /// <summary>The column of the version.</summary>
    public static PropertyBuilder<int> HasVersion<T>(this EntityTypeBuilder<T> entity) where T : class, IVersioned =>
        entity.Property(row => row.Version).IsConcurrencyToken();
}
