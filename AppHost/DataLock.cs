namespace Ips.AppHost;

/// <summary>One platform at a time uses a data directory.</summary>
internal static class DataLock
{
    /// <summary>Locks the directory until the lock is disposed or this process ends.</summary>
    /// <exception cref="DistributedApplicationException">Another platform uses it.</exception>
    public static IDisposable Take(string directory)
    {
        Directory.CreateDirectory(directory);
        try
        {
            return new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new DistributedApplicationException(
                $"The data directory {directory} is in use by another platform. Stop that one, or choose another directory with --data.", e);
        }
    }
}
