using Aspire.Hosting.ApplicationModel;

namespace LocalServers.Resources;

/// <summary>A database of a <see cref="LocalPostgresResource"/>, made at the first start.</summary>
public sealed class LocalDatabaseResource(string name, LocalPostgresResource parent)
    : Resource(name), IResourceWithParent<LocalPostgresResource>, IResourceWithConnectionString, IResourceWithWaitSupport
{
    /// <inheritdoc/>
    public LocalPostgresResource Parent => parent;

    /// <inheritdoc/>
    public ReferenceExpression ConnectionStringExpression => parent.ConnectionStringOf(Name);
}
